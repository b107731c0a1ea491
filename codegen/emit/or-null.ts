/** Kinds that the runtime reads and writes together with the null beside them. */
export const OR_NULL: ReadonlySet<string> = new Set([
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'string',
]);
