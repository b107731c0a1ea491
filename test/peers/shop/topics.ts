/** The topics of the shop in one form, for tests that are the same for all of them. */
import {
  type ConsumerError,
  createHandler,
  type HandlerOptions,
  on,
  type Route,
} from '../../../consumer/index.js';
import { type KafkaRecordInput, mskEvent } from '../../../local/msk-event.js';
import type { Producer } from '../../../producer/index.js';
import type { SubjectStrategy } from '../registry-client.js';
import { EXAMPLES, type ShopEvent } from './events.js';
import type { Cancelled } from './generated/shop/Cancelled.js';
import type { Placed } from './generated/shop/Placed.js';
import type { Shipped } from './generated/shop/Shipped.js';
import { shopByRecord, shopByTopic, shopByTopicRecord } from './generated/topics.js';

/** One message. Keys are as text: those of two topics are longs. */
export interface ShopMessage {
  readonly key: string;
  readonly event: ShopEvent;
}

export interface ShopTopic {
  readonly name: string;
  readonly strategy: SubjectStrategy;
  readonly keySchema: string;
  send(producer: Producer, message: ShopMessage): Promise<unknown>;
  route(see: (message: ShopMessage) => void): Route;
}

export const SHOP_TOPICS: Readonly<Record<SubjectStrategy, ShopTopic>> = {
  topic: {
    name: shopByTopic.name,
    strategy: 'topic',
    keySchema: '"long"',
    send: (producer, { key, event }) =>
      producer.send(shopByTopic, { key: BigInt(key), value: event }),
    route: (see) => on(shopByTopic, { cases: casesOf(see) }),
  },
  record: {
    name: shopByRecord.name,
    strategy: 'record',
    keySchema: '"string"',
    send: (producer, { key, event }) => producer.send(shopByRecord, { key, value: event }),
    route: (see) => on(shopByRecord, { cases: casesOf(see) }),
  },
  'topic-record': {
    name: shopByTopicRecord.name,
    strategy: 'topic-record',
    keySchema: '{"type":"long","connect.version":1}',
    send: (producer, { key, event }) =>
      producer.send(shopByTopicRecord, { key: BigInt(key), value: event }),
    route: (see) => on(shopByTopicRecord, (event, { key }) => see({ key: String(key), event })),
  },
};

export function isLong({ keySchema }: Pick<ShopTopic, 'keySchema'>): boolean {
  return keySchema.includes('long');
}

const TEXTS = ['', 'k', '\0\0\0\0\u0001', 'ü€😀', '{"a":1}', '5'];

/** Every example and every key at least once. */
export function messagesOf(topic: ShopTopic, longs: readonly bigint[]): ShopMessage[] {
  const keys = isLong(topic) ? longs.map(String) : TEXTS;
  const count = Math.max(keys.length, EXAMPLES.length);
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const [key, example] = [keys[i % keys.length], EXAMPLES[i % EXAMPLES.length]];
    return key === undefined || example === undefined ? [] : [{ key, event: example.event }];
  });
}

function casesOf(see: (message: ShopMessage) => void) {
  type Given = { readonly key: unknown };
  return {
    Placed: (value: Placed, { key }: Given) =>
      see({ key: String(key), event: { case: 'Placed', value } }),
    Shipped: (value: Shipped, { key }: Given) =>
      see({ key: String(key), event: { case: 'Shipped', value } }),
    Cancelled: (value: Cancelled, { key }: Given) =>
      see({ key: String(key), event: { case: 'Cancelled', value } }),
  };
}

/** What the handler of a topic is given of these records, and how it ends. */
export async function handle(
  topic: ShopTopic,
  records: readonly KafkaRecordInput[],
  options: Pick<HandlerOptions, 'registry' | 'onFailure'>,
): Promise<{ seen: ShopMessage[]; answer: unknown }> {
  const seen: ShopMessage[] = [];
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const routes = [topic.route((message) => void seen.push(message))];
  const handler = createHandler({ ...options, logger, routes });
  const answer = await handler(mskEvent(records)).catch((error: ConsumerError) => error);
  return { seen, answer };
}
