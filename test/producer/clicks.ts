/** A topic, a registry and a transport for the tests of this room; written by hand, not generated. */

import {
  createProducer,
  type Outcome,
  type OutgoingMessage,
  type PartitionState,
  ProducerError,
  type ProducerOptions,
  type TimeLimit,
  type TopicPartition,
  type Transport,
} from '../../producer/index.js';
import { createCodec } from '../../runtime/generated-code.js';
import {
  createRegistry,
  type KnownIds,
  type Registry,
  type Topic,
  unframe,
} from '../../runtime/index.js';
import * as read from '../../runtime/wire/read.js';
import * as write from '../../runtime/wire/write.js';
import { ManualClock } from './manual-clock.js';

export { deferred } from '../deferred.js';

export interface Click {
  user_id: string;
  url: string;
}

const REGISTRY_URL = 'http://registry.test';

function clickCodec(knownIds: KnownIds) {
  return createCodec<Click, Click>({
    name: 'test.Click',
    schema: JSON.stringify({
      type: 'record',
      name: 'Click',
      namespace: 'test',
      fields: [
        { name: 'user_id', type: 'string' },
        { name: 'url', type: 'string' },
      ],
    }),
    fingerprint: '0000000000000001',
    knownIds,
    write: (click) => {
      write.string(click.user_id);
      write.string(click.url);
    },
    read: () => ({ user_id: read.string(), url: read.string() }),
  });
}

/** Its id is in the generated code. */
export const ClickCodec = clickCodec({
  [REGISTRY_URL]: { 7: '0000000000000001', 3: '0000000000000001', 9: 'ffffffffffffffff' },
});
/** Its id is for the registry to tell. */
export const NewClickCodec = clickCodec({});

export const clicks = topicOf('clicks', 'string');
export const keyless = topicOf('keyless-clicks', 'none');
export const byClick: Topic<Click, Click, typeof ClickCodec> = topicOf('by-click', ClickCodec);
export const newClicks: Topic<Click, Click, 'string'> = { ...clicks, value: NewClickCodec };

function topicOf<const Key extends 'string' | 'none' | typeof ClickCodec>(
  name: string,
  key: Key,
): Topic<Click, Click, Key> {
  return {
    name,
    key,
    value: ClickCodec,
    subjects: { value: `${name}-value`, ...(typeof key === 'object' && { key: `${name}-key` }) },
  };
}

export function click(n: number): Click {
  return { user_id: `user-${n}`, url: `https://example.com/page/${n}` };
}

/** The registry's answer to one request: a status and a JSON body. */
export type Answer = readonly [status: number, body: object];

/** The real client, over a registry that answers from the script; it records what was asked. */
export function scriptedRegistry(script: (path: string) => Answer | Promise<Answer>) {
  const asked: string[] = [];
  const registry = createRegistry({
    url: REGISTRY_URL,
    retries: 0,
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      asked.push(`${init?.method} ${pathname}`);
      const [status, body] = await script(pathname);
      return new Response(JSON.stringify(body), { status });
    },
  });
  return { registry, asked };
}

const noRegistry: Registry = scriptedRegistry((path) => {
  throw new Error(`not to be asked: ${path}`);
}).registry;

/** As many partitions, all but some of which have a leader. */
export function partitions(
  count: number,
  leaderless: readonly number[] = [],
): readonly PartitionState[] {
  return Array.from({ length: count }, (_, id) => ({ id, available: !leaderless.includes(id) }));
}

type Reply = readonly Outcome[] | Promise<readonly Outcome[]>;

/** A transport that records what it is given and answers as a test says; else it stores all. */
export class ScriptedTransport implements Transport {
  readonly name = 'scripted';
  readonly sent: (TopicPartition & {
    messages: readonly OutgoingMessage[];
    timeoutMs: number;
  })[] = [];
  readonly calls: string[] = [];
  onConnect: () => Promise<void> = async () => {};
  /** What is answered about partitions, of any topic. */
  onPartitions: () => Promise<readonly PartitionState[]> = async () => partitions(1);
  reply: ((messages: readonly OutgoingMessage[], to: TopicPartition) => Reply) | undefined;
  private readonly ends: bigint[] = [];

  async connect(): Promise<void> {
    this.calls.push('connect');
    await this.onConnect();
  }

  partitions(): Promise<readonly PartitionState[]> {
    this.calls.push('partitions');
    return this.onPartitions();
  }

  async send(
    to: TopicPartition,
    messages: readonly OutgoingMessage[],
    { timeoutMs }: TimeLimit,
  ): Promise<readonly Outcome[]> {
    this.calls.push('send');
    this.sent.push({ ...to, messages, timeoutMs });
    return this.reply?.(messages, to) ?? this.store(messages, to);
  }

  async disconnect(): Promise<void> {
    this.calls.push('disconnect');
  }

  store(messages: readonly OutgoingMessage[], { partition }: TopicPartition): readonly Outcome[] {
    const base = this.ends[partition] ?? 0n;
    this.ends[partition] = base + BigInt(messages.length);
    return messages.map((_, index) => ({ partition, offset: base + BigInt(index) }));
  }

  /** The user of each message, by batch. */
  users(): (string | null)[][] {
    return this.sent.map(({ messages }) => messages.map(({ value }) => userOf(value)));
  }
}

export function userOf(value: Uint8Array | null): string | null {
  return value === null ? null : ClickCodec.decode(unframe(value).body).user_id;
}

/** A producer on a scripted transport and a clock that stands still. */
export function setUp(options: Partial<ProducerOptions> = {}) {
  const transport = new ScriptedTransport();
  const clock = new ManualClock();
  const producer = createProducer({ transport, clock, registry: noRegistry, ...options });
  return { transport, clock, producer };
}

export async function failureOf(work: Promise<unknown>): Promise<ProducerError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProducerError) return error;
  throw new Error(`expected a ProducerError, got ${error}`);
}

/** The first header of a name; no bytes where there is none. */
export function headerOf({ headers }: OutgoingMessage, name: string): Uint8Array {
  return headers.find(([one]) => one === name)?.[1] ?? new Uint8Array();
}
