import { explainMessage } from '../../codegen/decode/spans.js';
import { logJson } from '../../consumer/index.js';
import { readSchema } from '../../runtime/avro.js';
import { type Codec, unframe } from '../../runtime/index.js';

/** Bytes that are shown of a span; of a longer one its first, and how many it has. */
const SHOWN_BYTES = 8;

/**
 * The bytes of a message as a table, a line for each span: where, bytes, name, what they mean, and
 * the value that the code has where it is another.
 */
export function bytesTable(message: Uint8Array, codec: Codec<unknown, never>): readonly string[] {
  const { spans } = explainMessage(message, {
    schema: readSchema(codec.schema),
    form: 'confluent',
  });
  const value = codec.decode(unframe(message).body);
  const rows = spans.map(({ at, bytes, what, path, text }) => {
    const name = path === '' ? what : `${path}: ${what}`;
    return [`${at}`, hex(bytes), name, text + inCode(value, path, text)] as const;
  });
  const [, ...widths] = [0, 1, 2].map((i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const [bytesWidth = 0, nameWidth = 0] = widths;
  return rows.map(
    ([at, bytes, name, text]) =>
      `${at.padStart(2)}  ${bytes.padEnd(bytesWidth)}  ${name.padEnd(nameWidth)}  ${text}`,
  );
}

function hex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join(' ');
  return bytes.length <= SHOWN_BYTES ? shown : `${shown} … (${bytes.length} bytes)`;
}

/** A field's value as the code has it, where that is not what the bytes say. */
function inCode(value: unknown, path: string, text: string): string {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, path)) return '';
  const shown = logJson(Reflect.get(value, path));
  return shown === text ? '' : ` is ${shown}`;
}
