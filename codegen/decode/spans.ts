/** A message taken apart: which bytes stand for what. For people who look at bytes. */
import { toAvroJson, unframeSingleObject } from '../../runtime/avro.js';
import { AvroError } from '../../runtime/errors.js';
import { emptyValues } from '../../runtime/schema/empty-values.js';
import { located, nameOf } from '../../runtime/schema/located-error.js';
import type { Schema, UnionSchema } from '../../runtime/schema/schema.js';
import { leastBytes, minimumBytes } from '../../runtime/schema/size.js';
import { skipper } from '../../runtime/schema/skip.js';
import { finish, offset } from '../../runtime/wire/input.js';
import { readMessage } from '../../runtime/wire/message.js';
import * as read from '../../runtime/wire/read.js';
import { openFrame } from '../../runtime/wire/schema-id.js';
import type { MessageForm } from './message.js';

/** Some bytes of a message, and what they stand for. */
export interface Span {
  /** Where they start in the message, from 0. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** `magic byte`, `schema id`, `string`, `branch`, `block`, `end`, `unread` and so on. */
  readonly what: string;
  /** In the value, such as `lines[3].price`; empty before it, and at its root. */
  readonly path: string;
  /** What they mean: a value in Avro's JSON encoding, an id, a branch's name, a number of items. */
  readonly text: string;
}

/** All bytes of a message, in their order. */
export interface Explained {
  readonly spans: readonly Span[];
  /** Why it is no message of the schema. What was read until then stands in the spans. */
  readonly error?: AvroError;
}

export interface ExplainOptions {
  /** What wrote the message. */
  readonly schema: Schema;
  readonly form: Exclude<MessageForm, 'auto'>;
  /** The spans of the value that are told one by one; the rest is one more. @default 10000 */
  readonly most?: number;
}

const MOST_SPANS = 10_000;

/**
 * Tells what each byte of a message stands for. A text or bytes are one span with their length, a
 * value of no bytes has none.
 */
export function explainMessage(message: Uint8Array, options: ExplainOptions): Explained {
  const { schema, form, most = MOST_SPANS } = options;
  let head: readonly Span[];
  try {
    head = headSpans(message, form);
  } catch (error) {
    if (!(error instanceof AvroError)) throw error;
    return { spans: unread(message, 0), error };
  }
  const from = head.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const walk = new Walk(message.subarray(from), from, most);
  const error = walk.run(schema);
  const spans = [...head, ...walk.spans, ...unread(message, from + walk.told)];
  return error === undefined ? { spans } : { spans, error };
}

/** What stands before the value. @throws AvroError `AVRO_FRAME` */
function headSpans(message: Uint8Array, form: ExplainOptions['form']): readonly Span[] {
  if (form === 'plain') return [];
  if (form === 'single-object') {
    const { fingerprint } = unframeSingleObject(message);
    return pair(message, [2, 'marker', 'single object'], [10, 'fingerprint', fingerprint]);
  }
  const { schemaId, body } = openFrame(message);
  const isId = typeof schemaId === 'number';
  return pair(
    message,
    [1, 'magic byte', isId ? 'a schema id follows' : 'a GUID follows'],
    [message.length - body.length, isId ? 'schema id' : 'GUID', `${schemaId}`],
  );
}

type HeadPart = readonly [end: number, what: string, text: string];

function pair(message: Uint8Array, first: HeadPart, second: HeadPart): readonly Span[] {
  const part = (at: number, [end, what, text]: HeadPart): Span => {
    return { at, bytes: message.subarray(at, end), what, path: '', text };
  };
  return [part(0, first), part(first[0], second)];
}

function unread(message: Uint8Array, at: number): readonly Span[] {
  const bytes = message.subarray(at);
  if (bytes.length === 0) return [];
  return [
    {
      at,
      bytes,
      what: 'unread',
      path: '',
      text: bytes.length === 1 ? '1 byte' : `${bytes.length} bytes`,
    },
  ];
}

/** Thrown when there are as many spans as were asked for. */
const ENOUGH = Symbol('enough');

/** Goes through a value as the decoder does, and notes where each part of it stands. */
class Walk {
  readonly spans: Span[] = [];
  /** Bytes of the body that the spans are of. */
  told = 0;
  private readonly body: Uint8Array;
  private readonly from: number;
  private readonly most: number;

  constructor(body: Uint8Array, from: number, most: number) {
    this.body = body;
    this.from = from;
    this.most = most;
  }

  run(schema: Schema): AvroError | undefined {
    try {
      readMessage(this.body, () => {
        this.value(schema, '');
        finish();
      });
    } catch (thrown) {
      if (thrown === ENOUGH) return undefined;
      const error = located(thrown, { schema, bytes: this.body });
      if (!(error instanceof AvroError)) throw error;
      return error;
    }
    return undefined;
  }

  private value(schema: Schema, path: string): void {
    switch (schema.kind) {
      case 'record': {
        if (minimumBytes(schema) === 0) return read.emptyValues(emptyValues(schema));
        read.enter();
        for (const { name, type } of schema.fields)
          this.value(type, path === '' ? name : `${path}.${name}`);
        return read.leave();
      }
      case 'array':
        return this.list(schema, (index) => this.value(schema.items, `${path}[${index}]`), path);
      case 'map':
        return this.list(schema, () => this.entry(schema.values, path), path);
      case 'union':
        return this.union(schema, path);
      default:
        return this.leaf(schema, path);
    }
  }

  private entry(values: Schema, path: string): void {
    const key = read.string();
    this.tell('key', path, JSON.stringify(key));
    this.value(values, `${path}[${JSON.stringify(key)}]`);
  }

  private list(
    schema: Extract<Schema, { kind: 'array' | 'map' }>,
    item: (index: number) => void,
    path: string,
  ): void {
    const least = leastBytes(schema);
    let index = 0;
    for (let count = read.block(least); count > 0; count = read.block(least)) {
      this.tell('block', path, `${count} ${count === 1 ? 'item' : 'items'}`);
      for (; count > 0; count--) item(index++);
    }
    this.tell('end', path, 'no more items');
  }

  private union({ branches }: UnionSchema, path: string): void {
    const index = read.index(branches.length);
    const branch = branches[index];
    if (branch === undefined) return;
    this.tell('branch', path, `${index}: ${nameOf(branch)}`);
    if (branch.kind !== 'null') this.value(branch, path);
  }

  private leaf(schema: Schema, path: string): void {
    const start = offset();
    skipper(schema)();
    const bytes = this.body.subarray(start, offset());
    if (bytes.length > 0) this.tell(schema.kind, path, toAvroJson(schema, bytes));
  }

  /** The bytes from the span before to where the reader stands. */
  private tell(what: string, path: string, text: string): void {
    if (this.spans.length >= this.most) throw ENOUGH;
    const bytes = this.body.subarray(this.told, offset());
    this.spans.push({ at: this.from + this.told, bytes, what, path, text });
    this.told = offset();
  }
}
