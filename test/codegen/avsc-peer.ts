/** Node's avsc as referee of bytes. */
import avsc from 'avsc';
import { isArray, isObject, type Json } from '../../runtime/json.js';

/** avsc's long, exact: it refuses values beyond 2^53 by default. */
const exactLong = () =>
  avsc.types.LongType.__with({
    fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
    toBuffer: (n: bigint) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigInt64LE(n);
      return buffer;
    },
    fromJSON: BigInt,
    toJSON: Number,
    isValid: (n: unknown) => typeof n === 'bigint',
    compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
  });

/** The bytes as avsc writes what it read from them; `undefined` when it does not take the schema. */
export function throughAvsc(schema: string): ((bytes: Uint8Array) => Uint8Array) | undefined {
  let type: avsc.Type;
  try {
    // Safe: avsc judges the schema itself, and throws for one that it does not take.
    type = avsc.Type.forSchema(bareLongs(JSON.parse(schema)) as avsc.Schema, {
      registry: { long: exactLong() },
      wrapUnions: 'always',
    });
  } catch {
    return undefined;
  }
  return (bytes) => Uint8Array.from(type.toBuffer(type.fromBuffer(Buffer.from(bytes))));
}

/** avsc uses the exact long for the bare word only. */
function bareLongs(json: Json): Json {
  if (isArray(json)) return json.map(bareLongs);
  if (!isObject(json)) return json;
  if (json.type === 'long' && !('name' in json)) return 'long';
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, bareLongs(value)]));
}
