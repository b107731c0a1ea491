import type { ExampleResources } from '../../infra/index.js';

type Json = Record<string, unknown>;
/** Spoils a template. */
export type Mutate = (resources: Record<string, Json>) => void;

export const CLUSTER = 'AWS::MSK::Cluster';
export const TOPIC = 'AWS::MSK::Topic';
export const CONFIGURATION = 'AWS::MSK::Configuration';
export const MAPPING = 'AWS::Lambda::EventSourceMapping';
export const FUNCTION = 'AWS::Lambda::Function';
export const SECRET = 'AWS::SecretsManager::Secret';
const POLICY = 'AWS::IAM::Policy';

/** Sets a property of the first resource of a type; undefined takes it away. */
export function setting(type: string, dottedPath: string, value: unknown): Mutate {
  return (resources) => {
    const keys = dottedPath.split('.');
    const last = keys.pop();
    if (last === undefined) throw new Error('no path');
    let object: Json = first(resources, type);
    for (const key of keys) {
      object[key] ??= {};
      // Safe: the paths lead through objects only.
      object = object[key] as Json;
    }
    if (value === undefined) delete object[last];
    else object[last] = value;
  };
}

export function property(type: string, path: string, value: unknown): Mutate {
  return setting(type, `Properties.${path}`, value);
}

export function all(...mutations: readonly Mutate[]): Mutate {
  return (resources) => {
    for (const mutate of mutations) mutate(resources);
  };
}

/** Takes away all resources of a type. */
export function without(type: string): Mutate {
  return (resources) => {
    for (const [id, { Type }] of Object.entries(resources)) if (Type === type) delete resources[id];
  };
}

export function adding(added: ExampleResources): Mutate {
  return (resources) => Object.assign(resources, structuredClone(added));
}

/** Takes actions out of all policies of roles. */
export function forbidding(pattern: RegExp): Mutate {
  return (resources) => {
    for (const { Properties } of ofType(resources, POLICY)) {
      // Safe: the sample's policies are synthesized, and of this shape.
      const { PolicyDocument } = Properties as { PolicyDocument: { Statement: Json[] } };
      PolicyDocument.Statement = PolicyDocument.Statement.flatMap((statement) => {
        const actions = [statement.Action].flat().filter((action) => !pattern.test(String(action)));
        return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
      });
    }
  };
}

function ofType(resources: Record<string, Json>, type: string): Json[] {
  return Object.values(resources).filter((resource) => resource.Type === type);
}

export function first(resources: Record<string, Json>, type: string): Json {
  const [resource] = ofType(resources, type);
  if (resource === undefined) throw new Error(`no ${type}`);
  return resource;
}

const UNKNOWNS = [{ Ref: 'Parameter' }, { 'Fn::If': ['Big', 'a', { Ref: 'Parameter' }] }];

/** Makes what is written in a template known to the deployment only: one place at a time. */
export function unknowing(resources: Record<string, Json>): [path: string, mutate: Mutate][] {
  return pathsIn(resources).map((path, index) => [
    path.join('.'),
    (copy) => replace(copy, path, UNKNOWNS[index % UNKNOWNS.length]),
  ]);
}

/** Where in the resources' properties there is something, at any depth, but for parts of functions. */
function pathsIn(resources: Record<string, Json>): string[][] {
  const within = (value: unknown, path: string[]): string[][] => {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) =>
      /^(?:Ref|Fn::)/.test(key) ? [] : [[...path, key], ...within(inner, [...path, key])],
    );
  };
  return Object.entries(resources).flatMap(([id, { Properties }]) =>
    within(Properties, [id, 'Properties']),
  );
}

function replace(object: unknown, [key = '', ...path]: string[], by: unknown): void {
  // Safe: the path was read from this object.
  const parent = object as Record<string, unknown>;
  if (path.length === 0) parent[key] = by;
  else replace(parent[key], path, by);
}
