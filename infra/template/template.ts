/** A CloudFormation resource as template rules see it. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  /** Path of the construct that made it, where the template tells; else its logical id. */
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly string[];
  /** Name of the condition under which it exists at all. */
  readonly condition: string | undefined;
  /** As written; undefined where nothing is. */
  readonly deletionPolicy: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Resources by logical id. */
export type Template = ReadonlyMap<string, Resource>;

/** Where a CDK app notes the path of the construct. */
const CONSTRUCT_PATH = 'aws:cdk:path';

/** @throws SyntaxError for text that is no JSON */
export function parseTemplate(json: string): Template {
  const template: unknown = JSON.parse(json);
  const resources = Object.entries(asObject(at(template, 'Resources')));
  return new Map(resources.map(([id, resource]) => [id, parseResource(id, resource)]));
}

/** Whether more resources than these come of loops, which are not worked out here. */
export function hasLoops(template: Template): boolean {
  return [...template.keys()].some((id) => id.startsWith('Fn::ForEach'));
}

function parseResource(id: string, resource: unknown): Resource {
  const metadata = asObject(at(resource, 'Metadata'));
  const path = metadata[CONSTRUCT_PATH];
  const condition = at(resource, 'Condition');
  return {
    id,
    type: String(at(resource, 'Type')),
    name: typeof path === 'string' ? path.replace(/\/Resource$/, '') : id,
    properties: asObject(at(resource, 'Properties')),
    dependsOn: [at(resource, 'DependsOn') ?? []].flat().map(String),
    condition: typeof condition === 'string' ? condition : undefined,
    deletionPolicy: at(resource, 'DeletionPolicy'),
    metadata,
  };
}

/**
 * The value at a dotted path; undefined where there certainly is none. Where the deployment decides, such as
 * by `Fn::If`, it is what decides.
 */
export function at(value: unknown, path: string): unknown {
  const found = path.split('.').reduce<unknown>((inner, key) => {
    const object = asObject(inner);
    return !Object.hasOwn(object, key) && isDeployTime(inner) ? inner : object[key];
  }, value);
  return isNoValue(found) ? undefined : found;
}

/** Whether this is known at deployment only: `Ref`, or a function of CloudFormation. */
export function isDeployTime(value: unknown): boolean {
  return Object.keys(asObject(value)).some((key) => key === 'Ref' || key.startsWith('Fn::'));
}

/** CloudFormation's way to say that there is nothing here. */
export function isNoValue(value: unknown): boolean {
  return asObject(value).Ref === 'AWS::NoValue';
}

/** A string up to its first deploy-time part; undefined where it begins with one. */
export function literalStart(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::Sub': sub } = asObject(value);
  const pattern: unknown = Array.isArray(sub) ? sub[0] : sub;
  if (typeof pattern === 'string') return pattern.split('${')[0] || undefined;
  const first: unknown = Array.isArray(join) && Array.isArray(join[1]) ? join[1][0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
