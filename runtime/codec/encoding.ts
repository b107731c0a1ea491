import type { AvroError } from '../errors.js';
import type { EncodeOptions } from '../wire/encode-options.js';
import { frame } from '../wire/frame.js';
import * as output from '../wire/output.js';
import type { Codec, EncodedMany, EncodeManyOptions } from './codec.js';
import { explain, type ValueWriter } from './explain.js';

/** The half of a codec that encodes. */
export type Encoding<Write> = Pick<
  Codec<unknown, Write>,
  'name' | 'write' | 'check' | 'encode' | 'encodeFramed' | 'encodeMany'
>;

/** Makes it of a generated function. */
export function encodingOf<Write>({
  name,
  write,
}: Pick<Codec<unknown, Write>, 'name' | 'write'>): Encoding<Write> {
  const check: Encoding<Write>['check'] = (value, onBad, options) => {
    output.apart({ ...options, onBad }, () => {
      output.start();
      write(value);
    });
  };
  const writer = { name, check, write };
  const encode: Encoding<Write>['encode'] = (value, options) => {
    if (isApart(options)) return output.apart(options ?? {}, () => encode(value));
    output.start();
    return written(writer, value);
  };
  const encodeFramed: Encoding<Write>['encodeFramed'] = (value, schemaId, options) => {
    if (isApart(options)) return output.apart(options ?? {}, () => encodeFramed(value, schemaId));
    output.startFramed(schemaId);
    return written(writer, value);
  };
  const encodeMany: Encoding<Write>['encodeMany'] = (values, options) => {
    const schemaId = options?.schemaId;
    if (isApart(options)) {
      const inner = schemaId === undefined ? {} : { schemaId };
      return output.apart(options ?? {}, () => encodeMany(values, inner));
    }
    // An id that cannot be is no fault of a value.
    if (schemaId !== undefined) frame(schemaId, NO_BYTES);
    return manyWritten(writer, values, schemaId);
  };
  return { name, write, check, encode, encodeFramed, encodeMany };
}

const NO_BYTES = /* @__PURE__ */ new Uint8Array();

interface Writing<Write> extends ValueWriter<Write> {
  readonly write: (value: Write) => void;
}

/** Whether a message is none of the usual: within another one (of a getter or conversion that encodes), or with options. */
function isApart(options: EncodeOptions | undefined): boolean {
  return output.out.isWriting || options?.replaceLoneSurrogates === true;
}

/** Writes a value as the message that was started. */
function written<Write>(writer: Writing<Write>, value: Write): Uint8Array {
  try {
    writer.write(value);
    return output.finish();
  } catch {
    output.out.isWriting = false;
    throw explained(writer, value);
  }
}

/** Writes values one behind the other as parts of one message. */
function manyWritten<Write>(
  writer: Writing<Write>,
  values: readonly Write[],
  schemaId: EncodeManyOptions['schemaId'],
): EncodedMany {
  const bounds = new Array<number>(values.length * 2);
  const errors = new Map<number, AvroError>();
  output.start();
  try {
    for (let i = 0, end = 0; i < values.length; i++) {
      // Safe: it is one of the values.
      const value = values[i] as Write;
      bounds[2 * i] = end;
      try {
        output.startPart(schemaId);
        writer.write(value);
        end = output.written();
      } catch {
        // What is wrong with a value stays with it.
        output.takeBack(end);
        errors.set(i, explained(writer, value));
      }
      bounds[2 * i + 1] = end;
    }
    return { memory: output.finish(), bounds, errors };
  } finally {
    output.out.isWriting = false;
  }
}

function explained<Write>(writer: Writing<Write>, value: Write): AvroError {
  return explain(writer, value, { replaceLoneSurrogates: output.replacesLoneSurrogates });
}
