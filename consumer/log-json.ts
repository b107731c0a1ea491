/**
 * JSON text of any value, for logs: bigints as decimal digits, bytes as base64, maps as objects,
 * errors with their code and causes. Never throws; a cycle is cut.
 */
export function logJson(value: unknown): string {
  const ancestors: unknown[] = [];
  return JSON.stringify(value, function (this: unknown, key, serialized: unknown) {
    // `toJSON` has run already: the holder still has the value itself (a Buffer, an invalid Date).
    const original = property(this, key);
    while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
    const plain = plainValue(original, serialized);
    if (typeof plain !== 'object' || plain === null) return plain;
    if (ancestors.includes(plain)) return '[cycle]';
    ancestors.push(plain);
    return plain;
  });
}

function property(holder: unknown, key: string): unknown {
  // JSON.stringify calls its replacer with the object or array that holds the key.
  return (holder as Record<string, unknown>)[key];
}

function plainValue(original: unknown, serialized: unknown): unknown {
  if (typeof original === 'bigint') return original.toString();
  if (original instanceof Uint8Array) {
    return Buffer.from(original.buffer, original.byteOffset, original.length).toString('base64');
  }
  if (original instanceof Map) return Object.fromEntries(original);
  if (original instanceof Set) return [...original];
  if (original instanceof Error) return plainError(original);
  return serialized;
}

function plainError(error: Error): Record<string, unknown> {
  const { name, message, stack, cause, ...fields } = error;
  return { name, message, ...fields, stack, ...(cause === undefined ? {} : { cause }) };
}
