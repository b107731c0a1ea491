import type { ValueWriter } from '../runtime/codec/explain.js';
import { caseWriter, refuseUndeclared } from '../runtime/codec/strict-fields.js';
import {
  type AnyTopicOfTypes,
  AvroError,
  type Codec,
  type EncodeOptions,
  SCHEMA_ID_HEADERS,
  type SchemaId,
  type ValueProblem,
} from '../runtime/index.js';
import { hasProperties, kindOf } from '../runtime/wire/kind-of.js';
import { writeSchemaId } from '../runtime/wire/schema-id.js';
import { encodeError, isRaw, problemsOf } from './encode-problems.js';
import { type Framing, isSchemaIdHeader, withSchemaId } from './framing.js';
import type { SendableTopic } from './message.js';
import { isObject } from './misuse.js';
import type { SchemaIds, SubjectCodec } from './schema-ids.js';
import type { Header, OutgoingMessage } from './transport.js';

/** A message as the types of {@link MessageOf} let it in; JavaScript callers may pass anything. */
export interface LooseMessage {
  readonly key?: unknown;
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly timestamp?: Date;
  readonly partition?: number;
}

/** A message ready to go, but for schema ids that only the registry knows. */
export interface Encoded {
  readonly outgoing: OutgoingMessage;
  /** The one that the sender named. */
  readonly partition: number | undefined;
  /** Frames still without their id; see {@link stampFrame}. */
  readonly unstamped: readonly UnstampedFrame[];
  /** About what it will take in a request. */
  readonly bytes: number;
}

export interface UnstampedFrame {
  readonly of: SubjectCodec;
  /** Bytes that begin with the id: the message's, or a header's. */
  readonly framed: Uint8Array;
}

/** Record header, varints and attributes of a record batch: a generous guess. */
const OVERHEAD_BYTES = 64;
const NOTHING = new Uint8Array(0);
/** Of most messages, so that they share one. */
const NO_HEADERS: readonly Header[] = [];
/** In place of what is none. */
const NO_MESSAGE: LooseMessage = { key: null, value: null };
const NO_FRAMES: readonly UnstampedFrame[] = [];
/** Puts the schema id into a frame that was encoded before the id was known. */
export function stampFrame(frame: UnstampedFrame, id: SchemaId): void {
  writeSchemaId(frame.framed, id);
}

/**
 * Encodes messages at once, so that later changes of their objects mean nothing and a message
 * that does not fit fails before any is sent.
 * @throws ProducerError `ENCODE`, naming every field of every message that does not fit.
 */
export function encodeMessages(
  topic: SendableTopic,
  messages: readonly LooseMessage[],
  context: EncodeContext,
): readonly Encoded[] {
  const encoder = new MessageEncoder(topic, context);
  const encoded = messages.map((message, index) => encoder.encode(message, index));
  const { problems, causes } = encoder;
  if (problems.length > 0) throw encodeError(topic, problems, causes[0]);
  return encoded;
}

export interface EncodeContext extends EncodeOptions {
  readonly ids: SchemaIds;
  readonly nowMs: number;
  /** Whether fields that a schema does not have are refused. */
  readonly strictFields: boolean;
  readonly framing: Framing;
  /** Headers besides a message's own, by its index. */
  readonly extraHeaders?: ((index: number) => Readonly<Record<string, string>>) | undefined;
  /** Whether problems name the message by its index. */
  readonly numbered: boolean;
}

class MessageEncoder {
  readonly problems: ValueProblem[] = [];
  readonly causes: unknown[] = [];
  private unstamped = NO_FRAMES;
  private idHeaders = NO_HEADERS;
  /** Where problems of the message begin. */
  private at = '';
  private readonly topic: SendableTopic;
  private readonly context: EncodeContext;

  constructor(topic: SendableTopic, context: EncodeContext) {
    this.topic = topic;
    this.context = context;
  }

  encode(given: LooseMessage, index: number): Encoded {
    this.unstamped = NO_FRAMES;
    this.idHeaders = NO_HEADERS;
    if (this.context.numbered) this.at = `[${index}].`;
    const message = isObject(given) ? given : NO_MESSAGE;
    if (message === NO_MESSAGE) this.problem('message', 'an object with a value', kindOf(given));
    const value = this.value(message.value);
    const key = this.key(message.key);
    const own = this.headers(message.headers, this.context.extraHeaders?.(index));
    const headers = this.idHeaders.length === 0 ? own : [...own, ...this.idHeaders];
    const timestampMs = this.timestamp(message.timestamp);
    const partition = this.partition(message.partition);
    const outgoing = { key, value, headers, timestampMs };
    return { outgoing, unstamped: this.unstamped, bytes: bytesOf(outgoing), partition };
  }

  private value(value: unknown): Uint8Array | null {
    if (value === null) return null;
    const { topic } = this;
    if ('types' in topic) return this.typed(topic, value);
    if (isRaw(topic)) return this.bytes('value', value);
    const { name, value: codec, subjects } = topic;
    return this.avro('value', value, {
      topic: name,
      part: 'value',
      subject: subjects.value,
      codec,
    });
  }

  /** The value of one of several types, under the subject of its own. */
  private typed({ name, types }: AnyTopicOfTypes, value: unknown): Uint8Array | null {
    const { case: chosen, value: inner }: Partial<Record<string, unknown>> = Object(value);
    const type =
      typeof chosen === 'string' && Object.hasOwn(types, chosen) ? types[chosen] : undefined;
    if (type !== undefined) {
      const isDeclared = this.isDeclared('value', caseWriter(type.codec), value);
      if (!isDeclared) return null;
      return this.encoded('value.value', inner, { topic: name, part: 'value', ...type });
    }
    const cases = Object.keys(types).join(', ');
    const actual = typeof chosen === 'string' ? 'another case' : kindOf(value);
    this.problem('value', `{ case, value } of ${cases}, or null`, actual);
    return null;
  }

  private key(key: unknown): Uint8Array | null {
    const { name, key: format } = this.topic;
    if (format === 'none') {
      if (key !== undefined && key !== null) this.problem('key', 'no key', typeof key);
      return null;
    }
    if (format === 'string') {
      if (key === null) return null;
      if (typeof key === 'string') return this.text('key', key);
      this.problem('key', 'a string or null', typeof key);
      return null;
    }
    if (key === null) return null;
    if (format === 'bytes' || isRaw(this.topic)) return this.bytes('key', key);
    const { subjects } = this.topic;
    // Topics are generated together with their subjects; this is the topic strategy's name.
    const subject = subjects.key ?? `${name}-key`;
    return this.avro('key', key, { topic: name, part: 'key', subject, codec: format });
  }

  private bytes(path: string, given: unknown): Uint8Array | null {
    if (given instanceof Uint8Array) return Uint8Array.from(given);
    this.problem(path, 'a Uint8Array or null', kindOf(given));
    return null;
  }

  private avro(path: string, value: unknown, of: SubjectCodec): Uint8Array | null {
    return this.isDeclared(path, of.codec, value) ? this.encoded(path, value, of) : null;
  }

  /** Whether a strict producer may send it: it notes what has no field. */
  private isDeclared(path: string, writer: ValueWriter<never>, value: unknown): boolean {
    if (!this.context.strictFields) return true;
    try {
      // Safe: as in encoded.
      refuseUndeclared(writer, value as never, this.context);
      return true;
    } catch (error) {
      this.refused(path, error);
      return false;
    }
  }

  private encoded(path: string, value: unknown, of: SubjectCodec): Uint8Array | null {
    // The caller's types tie value and codec together; the codec checks the value in any case.
    const codec = of.codec as Codec<unknown, unknown>;
    const id = this.context.ids.known(of);
    try {
      const { bytes, header } = withSchemaId({ codec, id }, value, this.context);
      if (header !== undefined) {
        this.idHeaders = [...this.idHeaders, [SCHEMA_ID_HEADERS[of.part], header]];
      }
      if (id === undefined) {
        this.unstamped = [...this.unstamped, { of, framed: header ?? bytes }];
      }
      return bytes;
    } catch (error) {
      this.refused(path, error);
      return null;
    }
  }

  private refused(path: string, error: unknown): void {
    if (!(error instanceof AvroError)) throw error;
    this.causes.push(error);
    for (const problem of problemsOf(path, error)) this.note(problem);
  }

  private headers(
    given: Readonly<Record<string, unknown>> | undefined,
    extra: Readonly<Record<string, string>> | undefined,
  ): readonly Header[] {
    if (given === undefined && extra === undefined) return NO_HEADERS;
    const headers: Header[] = [];
    // What a Map or Headers holds are not its properties: it would be lost without a word.
    if (given !== undefined && given !== null && !hasProperties(given))
      this.problem('headers', 'an object with a value for each name', kindOf(given));
    for (const [name, value] of Object.entries({ ...extra, ...given })) {
      const path = `headers.${name}`;
      // Consumers look there first: it would say another schema than the message's own.
      if (isSchemaIdHeader(name) && !isRaw(this.topic))
        this.problem(path, 'no header of this name', 'one');
      else if (!Array.isArray(value)) headers.push([name, this.header(path, value)]);
      else {
        value.forEach((one, index) => {
          headers.push([name, this.header(`${path}[${index}]`, one)]);
        });
      }
    }
    return headers;
  }

  private header(path: string, value: unknown): Uint8Array {
    if (typeof value === 'string') return this.text(path, value);
    if (value instanceof Uint8Array) return Uint8Array.from(value);
    this.problem(path, 'a string or Uint8Array', kindOf(value));
    return NOTHING;
  }

  /** UTF-8, which a lone surrogate has none of: encoders would write U+FFFD and say nothing. */
  private text(path: string, given: string): Uint8Array {
    // Safe: in every Node that we run on, but not in the types of ES2023.
    const isWellFormed = (given as string & { isWellFormed(): boolean }).isWellFormed();
    if (!isWellFormed && !this.context.replaceLoneSurrogates)
      this.problem(path, 'a string without lone surrogates', 'string');
    // From the pool of buffers, which small texts share.
    return Buffer.from(given);
  }

  private timestamp(given: Date | undefined): number {
    if (given === undefined) return this.context.nowMs;
    const ms = given instanceof Date ? given.getTime() : Number.NaN;
    if (!(ms >= 0)) this.problem('timestamp', 'a Date since 1970', 'something else');
    return ms;
  }

  private partition(given: number | undefined): number | undefined {
    if (given !== undefined && !(Number.isInteger(given) && given >= 0)) {
      this.problem('partition', 'a whole number from 0', typeof given);
    }
    return given;
  }

  private problem(path: string, expected: string, actual: string): void {
    this.note({ path, expected, actual });
  }

  private note(problem: ValueProblem): void {
    this.problems.push({ ...problem, path: this.at + problem.path });
  }
}

function bytesOf({ key, value, headers }: OutgoingMessage): number {
  let bytes = OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of headers) bytes += name.length + header.length + 4;
  return bytes;
}
