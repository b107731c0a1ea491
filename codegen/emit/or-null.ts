/** Kinds that the runtime reads and writes together with the null beside them. */
export const OR_NULL: ReadonlySet<string> = new Set([
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'string',
]);

/** A union of null and a primitive in one call, from the calls that read its branches. */
export function readOrNull(first: string, second: string): string | undefined {
  const [call, nullIndex] = first === 'null' ? [second, 0] : [first, 1];
  const method = /^r\.(\w+)\(\)$/.exec(call)?.[1];
  if (method === undefined || !OR_NULL.has(method.replace('Number', ''))) return undefined;
  return `r.${method}OrNull(${nullIndex})`;
}
