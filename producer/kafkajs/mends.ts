import { encodeFaster } from './batch.js';
import { handOnProducerIds } from './epochs.js';

/**
 * Mends what is wrong inside kafkajs 2.2.4 and cannot be kept from doing harm from outside. Another
 * kafkajs may be built otherwise, and then has no need of it.
 */
export async function mendKafkajs(): Promise<void> {
  await Promise.allSettled([
    stopIdleTimers(),
    readLeaderless(),
    handOnProducerIds(),
    logInByLifetime(),
    keepBrokersApart(),
    encodeFaster(),
  ]);
}

const patched = new WeakSet<object>();

/**
 * Every idle connection of kafkajs 2.2.4 wakes each millisecond to look for requests to send, by a
 * timer of negative time, which Node 24 also warns about (tulios/kafkajs#1751). Where nothing waits
 * there is nothing to look for: what is sent later sets the timer itself.
 */
async function stopIdleTimers(): Promise<void> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: RequestQueue } = await import('kafkajs/src/network/requestQueue/index.js');
  const { prototype } = RequestQueue;
  const original = prototype.scheduleCheckPendingRequests;
  if (typeof original !== 'function' || patched.has(prototype)) return;
  patched.add(prototype);
  prototype.scheduleCheckPendingRequests = function (this: { pending: unknown[] }) {
    if (this.pending.length > 0) original.call(this);
  };
  letEnd(prototype);
}

interface TimeoutCheck {
  scheduleRequestTimeoutCheck?: (this: TimeoutCheck) => void;
  requestTimeoutIntervalId?: { unref(): unknown } | null;
}

/**
 * A connection looks for late answers ten times a second, also where no answer is due, and so keeps the
 * process from its end. While one is due its socket does.
 */
function letEnd(prototype: TimeoutCheck): void {
  const { scheduleRequestTimeoutCheck: schedule } = prototype;
  if (typeof schedule !== 'function') return;
  prototype.scheduleRequestTimeoutCheck = function () {
    schedule.call(this);
    this.requestTimeoutIntervalId?.unref();
  };
}

interface MetadataAnswer {
  readonly topicMetadata: readonly {
    readonly partitionMetadata: readonly {
      readonly leader: number;
      readonly partitionErrorCode: number;
    }[];
  }[];
}

interface MetadataRequest {
  readonly response: { parse(answer: MetadataAnswer): Promise<unknown> };
}

/**
 * kafkajs takes an answer about topics for an error where any partition has no leader, and then knows
 * nothing new of the others either. That a partition has none is told by its `leader`, which is -1.
 */
async function readLeaderless(): Promise<void> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: metadata } = await import('kafkajs/src/protocol/requests/metadata/index.js');
  const { protocol } = metadata;
  if (typeof protocol !== 'function' || patched.has(metadata)) return;
  patched.add(metadata);
  metadata.protocol = (version: object) => (topics: object) => {
    const made: MetadataRequest = protocol(version)(topics);
    const { response } = made;
    const parse = (answer: MetadataAnswer) => response.parse(withoutErrorOfLeaderless(answer));
    return { ...made, response: { ...response, parse } };
  };
}

function withoutErrorOfLeaderless(answer: MetadataAnswer): MetadataAnswer {
  const topicMetadata = answer.topicMetadata.map((topic) => ({
    ...topic,
    partitionMetadata: topic.partitionMetadata.map((partition) =>
      partition.leader < 0 ? { ...partition, partitionErrorCode: 0 } : partition,
    ),
  }));
  return { ...answer, topicMetadata };
}

/** How long before its end a session is renewed at most, in milliseconds; kafkajs's own is this much. */
const RENEWAL_MS = 10_000;
/** And as a part of the session. */
const RENEWAL_PART = 0.25;

interface LoggedIn {
  /** A number of 64 bits, in milliseconds; 0 where sessions do not end. */
  readonly sessionLifetime: { toString(): string };
  reauthenticationThreshold: number;
}

/**
 * kafkajs logs in anew before every request of a session that is shorter than 10 s, such as that of a
 * token near its end. Brokers refuse a second login within a second, so that each would cost a
 * connection.
 */
async function logInByLifetime(): Promise<void> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: Connection } = await import('kafkajs/src/network/connection.js');
  const { prototype } = Connection;
  const original = prototype.isAuthenticated;
  if (typeof original !== 'function' || patched.has(prototype)) return;
  patched.add(prototype);
  prototype.isAuthenticated = function (this: LoggedIn) {
    const lifetimeMs = Number(this.sessionLifetime.toString());
    // Whole milliseconds: kafkajs makes a BigInt of it.
    this.reauthenticationThreshold = Math.min(RENEWAL_MS, Math.floor(lifetimeMs * RENEWAL_PART));
    return original.call(this);
  };
}

interface Broker {
  nodeId: number | string | null;
  readonly connectionPool: BrokerAddress;
}

interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly rack?: string | null | undefined;
}

/** As much of kafkajs's broker pool as the mend touches. */
interface BrokerPool {
  readonly brokers: Record<string, Broker>;
  readonly metadata: { readonly brokers: readonly (BrokerAddress & { nodeId: number })[] } | null;
  readonly rootLogger: object;
  readonly versions: object | null;
  readonly connectionPoolBuilder: { build(address: BrokerAddress): Promise<object> };
  createBroker(options: object): Broker;
}

/**
 * Where the broker that kafkajs started from is lost while it asks another for metadata, it takes the
 * one that it goes on from for the one that is lost: requests then go to the wrong broker, or are sent
 * without what was to be sent, and are answered with nothing.
 */
async function keepBrokersApart(): Promise<void> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: BrokerPool } = await import('kafkajs/src/cluster/brokerPool.js');
  const { prototype } = BrokerPool;
  const original = prototype.refreshMetadata;
  if (typeof original !== 'function' || patched.has(prototype)) return;
  patched.add(prototype);
  prototype.refreshMetadata = async function (this: BrokerPool, topics: readonly string[]) {
    await original.call(this, topics);
    for (const { nodeId, host, port, rack } of this.metadata?.brokers ?? []) {
      const broker = this.brokers[nodeId];
      if (broker === undefined) continue;
      const { connectionPool: held } = broker;
      if (held.host === host && held.port === port) {
        broker.nodeId = nodeId;
        continue;
      }
      const connectionPool = await this.connectionPoolBuilder.build({ host, port, rack });
      const { rootLogger: logger, versions } = this;
      this.brokers[nodeId] = this.createBroker({ logger, versions, connectionPool, nodeId });
    }
  };
}
