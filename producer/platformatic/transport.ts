import { Attempts } from '../attempts.js';
import { brokerError } from '../broker-error.js';
import { type Clock, systemClock } from '../clock.js';
import { checkConnection, type KafkaConnection } from '../kafka-connection.js';
import type { PartitionState, TimeLimit, Transport } from '../transport.js';
import { Cluster } from './cluster.js';
import { classifyPlatformatic } from './failure.js';
import { MAX_IN_FLIGHT, PartitionSender } from './partition-sender.js';

/** What {@link platformaticTransport} takes. */
export type PlatformaticTransportOptions = KafkaConnection;

/**
 * Kafka through the connections of @platformatic/kafka 2, for Node 22.22, 24.6 and later; brokers from
 * 2.4 on. Acknowledged by all in-sync replicas and idempotent, with five batches of a partition under
 * way at a time, in order. Nothing is sent again but by the rules of `platformatic/partition-sequence.ts`.
 */
export function platformaticTransport(options: PlatformaticTransportOptions): Transport {
  checkConnection(options);
  const cluster = new Cluster(options);
  const shared: Shared = {
    name: options.brokers.join(', '),
    leaders: cluster,
    cluster,
    classify: classifyPlatformatic,
    clock: systemClock,
  };
  const senders = new Map<string, PartitionSender>();
  return {
    name: shared.name,
    maxInFlight: MAX_IN_FLIGHT,
    connect: () => connect(shared),
    partitions: (topic, limit) => partitions(shared, topic, limit),
    send(to, messages, limit) {
      const key = `${to.partition} ${to.topic}`;
      const sender = senders.get(key) ?? new PartitionSender(to, shared);
      senders.set(key, sender);
      return sender.send(messages, limit);
    },
    async disconnect() {
      cluster.close();
    },
  };
}

interface Shared {
  readonly name: string;
  readonly leaders: Cluster;
  readonly cluster: Cluster;
  readonly classify: typeof classifyPlatformatic;
  readonly clock: Clock;
}

/** How often a connection is made that comes to be and breaks. */
const CONNECT_ATTEMPTS = 3;
/** Before the next of them, in milliseconds. */
const CONNECT_PAUSE_MS = 100;

/** Tells at once of a connection that cannot be made: the address or the credentials are wrong. */
async function connect({ name, cluster, classify, clock }: Shared): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await cluster.connect();
    } catch (error) {
      const failure = classify(error);
      const broke =
        failure.code === 'UNREACHABLE' && !/ECONNREFUSED|ENOTFOUND/.test(failure.reason);
      if (!broke || attempt === CONNECT_ATTEMPTS) {
        throw brokerError(failure, { brokers: name, cause: error });
      }
    }
    await new Promise<void>((resolve) => {
      clock.schedule(resolve, CONNECT_PAUSE_MS);
    });
  }
}

async function partitions(
  { cluster, ...shared }: Shared,
  topic: string,
  { timeoutMs }: TimeLimit,
): Promise<readonly PartitionState[]> {
  const deadlineMs = shared.clock.running() + timeoutMs;
  const attempts = new Attempts({ ...shared, topic, deadlineMs, sends: false });
  while (true) {
    try {
      return await attempts.run(() => cluster.partitions(topic));
    } catch (error) {
      attempts.note(error);
    }
    await attempts.pauseOrThrow();
  }
}
