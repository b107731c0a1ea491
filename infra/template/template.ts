/** A CloudFormation resource as template rules see it. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly string[];
}

/** Resources by logical id. */
export type Template = ReadonlyMap<string, Resource>;

export function parseTemplate(json: string): Template {
  const template: unknown = JSON.parse(json);
  const resources = Object.entries(asObject(at(template, 'Resources')));
  return new Map(
    resources.map(([id, resource]): [string, Resource] => [
      id,
      {
        id,
        type: String(at(resource, 'Type')),
        properties: asObject(at(resource, 'Properties')),
        dependsOn: [at(resource, 'DependsOn') ?? []].flat().map(String),
      },
    ]),
  );
}

/** The value at a dotted path; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => asObject(inner)[key], value);
}

/** The resource of this template that a `Ref` or `Fn::GetAtt` names. */
export function referredTo(value: unknown, template: Template): Resource | undefined {
  const { Ref, 'Fn::GetAtt': getAtt } = asObject(value);
  const id: unknown = Ref ?? (Array.isArray(getAtt) ? getAtt[0] : undefined);
  return typeof id === 'string' ? template.get(id) : undefined;
}

/** A string up to its first deploy-time part; undefined where it begins with one. */
export function literalStart(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const join = asObject(value)['Fn::Join'];
  const first: unknown = Array.isArray(join) && Array.isArray(join[1]) ? join[1][0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
