/**
 * A Buffer with the methods that Node has and its declarations leave out: one native call, no argument
 * checks. Not by the name of Buffer, which users without Node's declarations do not have.
 */
interface NodeBytes extends Uint8Array {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

/** Bytes to read from, as each way of reading wants them. */
export interface Memory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly node: NodeBytes;
}

/** The memory of these bytes, nothing copied. */
export function memoryOf(bytes: Uint8Array): Memory {
  // Safe: a Buffer over the same memory has the two methods named above (Node's lib/buffer.js).
  const node = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) as Uint8Array as NodeBytes;
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), node };
}
