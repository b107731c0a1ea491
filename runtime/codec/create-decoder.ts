import { AvroError } from '../errors.js';
import { finish, message, offset } from '../wire/input.js';
import { isBytes, refuseOtherThanBytes } from '../wire/kind-of.js';
import { memoryOf } from '../wire/memory.js';
import {
  aside,
  isReading,
  load,
  next,
  nextIn,
  type Rewrite,
  setReading,
  start,
  startRewritten,
} from '../wire/message.js';
import { hadTexts } from '../wire/text.js';
import { type Decoder, decodeBatch, type MessageBounds } from './codec.js';

/** A decoder that takes many messages at once, too. */
export type BatchDecoder<Read> = Decoder<Read> & Required<Pick<Decoder<Read>, 'batch' | 'slices'>>;

/** Makes an error that says where: the functions that read know no names. */
export type Failure = (error: AvroError, at: { bytes: Uint8Array; offset: number }) => AvroError;

/** Makes a decoder of what reads one value. @param rewrite messages, first, to what that reads */
export function createDecoder<Read>(
  read: () => Read,
  failed: Failure,
  rewrite?: Rewrite,
): BatchDecoder<Read> {
  // What the last message was like is the best guess for the next.
  let expectsText = true;
  const whole = (): Read => {
    const value = read();
    finish();
    expectsText = hadTexts();
    return value;
  };
  const decode = (bytes: Uint8Array): Read => {
    refuseOtherThanBytes(bytes);
    if (isReading) return aside(() => decode(bytes));
    setReading(true);
    try {
      if (rewrite === undefined) start(bytes, expectsText);
      else startRewritten(bytes, expectsText, rewrite);
      return whole();
    } catch (error) {
      throw located(error, failed);
    } finally {
      setReading(false);
    }
  };
  // What is wrong with a message of many stays with it.
  const oneOfMany = (): Read | AvroError => {
    try {
      return whole();
    } catch (error) {
      const reason = located(error, failed);
      if (reason instanceof AvroError) return reason;
      throw reason;
    }
  };
  const batch = (messages: readonly Uint8Array[]): (Read | AvroError)[] => {
    if (isReading) return aside(() => batch(messages));
    if (!messages.every(isBytes)) return decodeBatch((bytes) => decode(bytes), messages);
    const values: (Read | AvroError)[] = [];
    setReading(true);
    try {
      for (let first = 0; first < messages.length; ) {
        const end = first + load(messages, first, expectsText);
        for (let at = 0; first < end; first++) {
          const size = messages[first]?.length ?? 0;
          next(at, at + size);
          at += size;
          values.push(oneOfMany());
        }
      }
    } finally {
      setReading(false);
    }
    return values;
  };
  const slices = (bytes: Uint8Array, bounds: MessageBounds): (Read | AvroError)[] => {
    refuseOtherThanBytes(bytes);
    if (isReading) return aside(() => slices(bytes, bounds));
    const values: (Read | AvroError)[] = [];
    setReading(true);
    try {
      const memory = memoryOf(bytes);
      for (let i = 0; i + 1 < bounds.length; i += 2) {
        nextIn(memory, { from: bounds[i] ?? 0, to: bounds[i + 1] ?? 0, expectsText });
        values.push(oneOfMany());
      }
    } finally {
      setReading(false);
    }
    return values;
  };
  // Of one message at a time: those of many do not rewrite.
  const rewritten = (how: Rewrite) => {
    const one = createDecoder(read, failed, how);
    return (message: Uint8Array): Read => one(message);
  };
  return Object.assign(decode, { batch, slices, rewritten });
}

/** Says where, of an error that came while the message that is read was. */
function located(error: unknown, failed: Failure): unknown {
  if (!(error instanceof AvroError) || error.schema !== undefined) return error;
  // A conversion does not know where it is: it was given the value that was read last.
  return failed(error, { bytes: message(), offset: error.offset ?? Math.max(0, offset() - 1) });
}
