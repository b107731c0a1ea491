import type { EncodeOptions } from '../wire/encode-options.js';
import {
  apart,
  drop,
  finish,
  isWriting,
  replacesLoneSurrogates,
  start,
  startFramed,
} from '../wire/output.js';
import type { Codec } from './codec.js';
import { explain } from './explain.js';

/** The half of a codec that encodes. */
export type Encoding<Write> = Pick<
  Codec<unknown, Write>,
  'name' | 'write' | 'check' | 'encode' | 'encodeFramed'
>;

export function encodingOf<Write>({
  name,
  write,
}: Pick<Codec<unknown, Write>, 'name' | 'write'>): Encoding<Write> {
  const encoding: Encoding<Write> = {
    name,
    write,
    check(value, onBad, options) {
      apart({ ...options, onBad }, () => {
        start();
        write(value);
      });
    },
    encode(value, options) {
      if (isApart(options)) return apart(options ?? {}, () => encoding.encode(value));
      start();
      return written(encoding, value);
    },
    encodeFramed(value, schemaId, options) {
      if (isApart(options))
        return apart(options ?? {}, () => encoding.encodeFramed(value, schemaId));
      startFramed(schemaId);
      return written(encoding, value);
    },
  };
  return encoding;
}

/** Whether a message is none of the usual: within another one (of a getter or conversion that encodes), or with options. */
function isApart(options: EncodeOptions | undefined): boolean {
  return isWriting || options?.replaceLoneSurrogates === true;
}

/** Writes a value as the message that was started. */
function written<Write>(encoding: Encoding<Write>, value: Write): Uint8Array {
  try {
    encoding.write(value);
    return finish();
  } catch {
    drop();
    throw explain(encoding, value, { replaceLoneSurrogates: replacesLoneSurrogates });
  }
}
