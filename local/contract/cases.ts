import { deepEqual, equal } from 'node:assert/strict';
import type { Header, OutgoingMessage } from '../../producer/index.js';
import {
  bytes,
  codeOf,
  delivered,
  holdsInOrder,
  message,
  numbered,
  recordsOf,
  sendPairs,
  TIME,
  text,
  undelivered,
  using,
  valuesOf,
} from './bench.js';
import type { ContractRecord, ContractSubject } from './subject.js';

/** What a transport promises where nothing fails, by what it is called. */
export type Promises = Readonly<Record<string, (subject: ContractSubject) => Promise<void>>>;

const ABSENT = 'tavro-contract-no-such-topic';
const BIG = 2 * 1024 * 1024;
const MANY = 20;

export const PROMISES: Promises = {
  async 'tells the partitions of a topic by id, connected or not'(subject) {
    const topic = await subject.createTopic(3);
    const transport = subject.open();
    await using(transport, async () => {
      const known = await transport.partitions(topic, TIME);
      const ids = [0, 1, 2].map((id) => ({ id, available: true }));
      deepEqual(known, ids);
    });
  },
  async 'says TOPIC_UNKNOWN of a topic that is not there, and does not make it'(subject) {
    const transport = subject.open();
    await using(transport, async () => {
      equal(await codeOf(transport.partitions(ABSENT, TIME)), 'TOPIC_UNKNOWN');
      equal(await codeOf(transport.partitions(ABSENT, TIME)), 'TOPIC_UNKNOWN');
    });
  },
  async 'keeps the order within a batch, and answers each offset'(subject) {
    const topic = await subject.createTopic(2);
    const transport = subject.open();
    await using(transport, async () => {
      delivered(await transport.send({ topic, partition: 1 }, numbered(MANY), TIME), MANY, 0, 1);
      const expected = numbered(MANY).map(({ value }) => text(value));
      deepEqual(await valuesOf(subject, topic, 1), expected);
      deepEqual(await valuesOf(subject, topic, 0), []);
    });
  },
  async 'keeps the order of batches, as many under way as maxInFlight says'(subject) {
    const topic = await subject.createTopic(1);
    const transport = subject.open();
    await using(transport, async () => {
      await sendPairs(transport, topic, MANY);
      await holdsInOrder(subject, topic, 2 * MANY);
    });
  },
  async 'sends to several partitions at a time'(subject) {
    const topic = await subject.createTopic(3);
    const transport = subject.open();
    await using(transport, async () => {
      const partitions = [0, 1, 2];
      const sends = partitions.map((partition) =>
        transport.send({ topic, partition }, numbered(MANY), TIME),
      );
      for (const [partition, send] of sends.entries()) delivered(await send, MANY, 0, partition);
      for (const partition of partitions) {
        equal((await valuesOf(subject, topic, partition)).length, MANY);
      }
    });
  },
  async 'keeps keys and values apart: null, empty, binary'(subject) {
    const contents = [null, new Uint8Array(), Uint8Array.of(0, 255, 128), bytes('é')];
    const messages = contents.flatMap((key) =>
      contents.map((value) => message('', { key, value })),
    );
    await sameStored(subject, messages, ({ key, value }) => [hex(key), hex(value)]);
  },
  async 'keeps headers in order: repeated, binary, empty'(subject) {
    const headers: readonly (readonly Header[])[] = [
      [],
      [['one', bytes('1')]],
      [
        ['again', bytes('1')],
        ['other', bytes('2')],
        ['again', bytes('3')],
      ],
      [
        ['binary', Uint8Array.of(0, 255, 128)],
        ['empty', new Uint8Array()],
        ['naïve', bytes('é')],
      ],
    ];
    const messages = headers.map((some) => message('x', { headers: some }));
    // Those of one name keep their order; the names among each other need not.
    await sameStored(subject, messages, (one) =>
      one.headers.map(([name, value]) => [name, hex(value)] as const).sort(byName),
    );
  },
  async 'keeps timestamps'(subject) {
    // Not 0, which stands for now in librdkafka.
    const times = [1, Date.UTC(2026, 5, 1), Date.UTC(2020, 0, 1)];
    const messages = times.map((timestampMs) => message('x', { timestampMs }));
    await sameStored(subject, messages, ({ timestampMs }) => timestampMs);
  },
  async 'says TOO_LARGE of a message that the topic does not take, and goes on'(subject) {
    const topic = await subject.createTopic(1);
    const transport = subject.open();
    await using(transport, async () => {
      const big = message('', { value: new Uint8Array(BIG) });
      const to = { topic, partition: 0 };
      const error = undelivered(await transport.send(to, [big], TIME), 1);
      deepEqual([error.code, error.delivered], ['TOO_LARGE', 'no']);
      delivered(await transport.send(to, numbered(1), TIME), 1);
      deepEqual(await valuesOf(subject, topic), ['m0']);
    });
  },
  async 'says PARTITION_UNKNOWN of a partition that is not there, and does not throw'(subject) {
    const topic = await subject.createTopic(1);
    const transport = subject.open();
    await using(transport, async () => {
      const sent = await transport.send({ topic, partition: 7 }, numbered(2), TIME);
      const error = undelivered(sent, 2);
      deepEqual([error.code, error.delivered], ['PARTITION_UNKNOWN', 'no']);
    });
  },
  async 'connects more than once, and disconnects more than once, or without having connected'(
    subject,
  ) {
    const transport = subject.open();
    await transport.connect();
    await transport.connect();
    await transport.disconnect();
    await transport.disconnect();
    await subject.open().disconnect();
  },
};

type Shown = Pick<ContractRecord, 'key' | 'value' | 'headers' | 'timestampMs'>;

/** Sends messages, and finds them as they were. */
async function sameStored(
  subject: ContractSubject,
  messages: readonly OutgoingMessage[],
  show: (one: Shown) => unknown,
): Promise<void> {
  const topic = await subject.createTopic(1);
  const transport = subject.open();
  await using(transport, async () => {
    delivered(await transport.send({ topic, partition: 0 }, messages, TIME), messages.length);
    deepEqual((await recordsOf(subject, topic)).map(show), messages.map(show));
  });
}

function hex(value: Uint8Array | null): string | null {
  return value && Buffer.from(value).toString('hex');
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
