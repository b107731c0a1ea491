/** One scenario: sends under a fault, then the accounting. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaConnection } from '../../producer/index.js';
import { type Account, account } from './accounting.js';
import type { ChaosCluster, NewTopic } from './cluster.js';
import type { Draws } from './draws.js';
import { Ledger } from './ledger.js';
import { startLoad } from './load.js';
import { readRaw } from './raw-reader.js';
import type { Sender, SenderMaker } from './senders.js';
import { until } from './waiting.js';
import type { Weather } from './weather.js';

/** A kind of cluster: scenarios of one kind share it. */
export type ClusterKind = 'one' | 'three' | 'logins' | 'small disk';

export interface Scenario {
  readonly name: string;
  readonly cluster: ClusterKind;
  /** Whether plain kafkajs may run beside ours. */
  readonly plain?: boolean;
  /** Whether the short run has no time for it. */
  readonly onlyFull?: boolean;
  run(context: ScenarioContext): Promise<Result>;
}

export interface ScenarioContext {
  readonly cluster: ChaosCluster;
  readonly weather: Weather;
  readonly draws: Draws;
  /** A run for CI, which has less time. */
  readonly short: boolean;
  /** How many messages go out at least where much is sent. */
  readonly messages: number;
  readonly makeSender: SenderMaker;
  readonly transport: string;
  /** Tells how far a scenario is. */
  readonly log: (line: string) => void;
}

export interface Result extends Account {
  readonly failures: ReadonlyMap<string, number>;
  /** The longest time without any acknowledgement. */
  readonly gapMs: number;
  /** Acknowledged messages a second, over all of it. */
  readonly rate: number;
  /** What else was seen, in words. */
  readonly notes: readonly string[];
}

export interface Ordeal {
  readonly topic: NewTopic;
  /** Whether the producer goes through the proxies. @default 'proxied' */
  readonly via?: 'proxied' | 'direct';
  readonly connection?: Partial<KafkaConnection>;
  /** How soon messages are given up, in milliseconds. @default the producer's */
  readonly deliveryTimeoutMs?: number;
  /** @default 48 keys, 8 of each under way */
  readonly load?: { readonly keys?: number; readonly underWay?: number; pauseMs?: () => number };
  /** The sender, where it is another than the context's. */
  readonly sender?: (topic: string) => Sender;
  /** Does harm while messages are sent; the load ends with it. Answers notes. */
  harm(ordeal: Underway): Promise<readonly string[]>;
}

export interface Underway {
  readonly topic: string;
  readonly ledger: Ledger;
  /** Waits until so many messages, of all, were sent. */
  untilSent(count: number): Promise<void>;
  /** Waits until each of some partitions acknowledged something after now. */
  untilAcknowledged(partitions: readonly number[]): Promise<void>;
}

const POLL_MS = 20;
/** Every request of one that goes through the proxies, whose answers get lost. */
const REQUEST_TIMEOUT_MS = 2_000;

export async function runOrdeal(context: ScenarioContext, ordeal: Ordeal): Promise<Result> {
  const { cluster, makeSender } = context;
  const topic = await cluster.createTopic(ordeal.topic);
  const brokers = ordeal.via === 'direct' ? cluster.direct.split(',') : cluster.proxied;
  const connection = { brokers, requestTimeoutMs: REQUEST_TIMEOUT_MS, ...ordeal.connection };
  const { deliveryTimeoutMs } = ordeal;
  const patience = deliveryTimeoutMs === undefined ? {} : { deliveryTimeoutMs };
  const sender = ordeal.sender?.(topic) ?? makeSender(connection, topic, patience);
  const ledger = new Ledger();
  const startMs = Date.now();
  const load = startLoad({ sender, ledger, keys: 48, underWay: 8, ...ordeal.load });
  let notes: readonly string[] = [];
  let endMs = startMs;
  try {
    notes = await ordeal.harm(underway(topic, ledger));
  } finally {
    endMs = Date.now();
    await load.end();
    await closeSoon(sender);
  }
  await cluster.heal(topic);
  const found = account(ledger, await readRaw(cluster.direct, topic));
  await cluster.deleteTopic(topic);
  const rate = (1000 * found.acknowledged) / Math.max(1, endMs - startMs);
  return { ...found, failures: ledger.failures, gapMs: ledger.longestGapMs(), rate, notes };
}

/** A producer that does not close is no reason not to count. */
async function closeSoon(sender: Sender): Promise<void> {
  const late = new AbortController();
  const inVain = sleep(CLOSE_MS, undefined, { signal: late.signal }).catch(() => undefined);
  await Promise.race([sender.close(), inVain]);
  late.abort();
}

const CLOSE_MS = 40_000;

function underway(topic: string, ledger: Ledger): Underway {
  return {
    topic,
    ledger,
    async untilSent(count) {
      await until(`${count} messages were sent`, () => ledger.size >= count, POLL_MS);
    },
    async untilAcknowledged(partitions) {
      const fromMs = Date.now() + 1;
      for (const partition of partitions) {
        const isSo = () => ledger.hasAcknowledged(partition, fromMs);
        await until(`partition ${partition} acknowledges something`, isSo, POLL_MS);
      }
    },
  };
}
