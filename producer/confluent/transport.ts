import { Attempts } from '../attempts.js';
import { brokerError } from '../broker-error.js';
import { type Clock, systemClock } from '../clock.js';
import { ProducerError } from '../errors.js';
import type { PartitionState, TimeLimit, Transport } from '../transport.js';
import { ConfluentClient } from './client.js';
import { Clients } from './clients.js';
import { classifyConfluent } from './failure.js';
import { ConfluentSends } from './sends.js';
import { type ConfluentTransportOptions, librdkafkaSettings } from './settings.js';

/**
 * How many batches of a partition may be under way. librdkafka keeps their order over its own
 * retries, and has as many requests under way to a broker.
 */
const MAX_IN_FLIGHT = 5;

/**
 * Kafka through librdkafka, by the package @confluentinc/kafka-javascript, acknowledged by all in-sync
 * replicas and idempotent. librdkafka sends again by itself, as often as a batch's time allows. What
 * has no acknowledgement by then is `unknown`, since librdkafka does not say whether it sent it; what
 * comes when no broker can be reached is not handed to it at all, and surely not stored.
 *
 * One thing it does not keep apart: a message that a broker refuses for good makes it number the
 * messages of all partitions anew. One whose acknowledgement was lost at that moment is stored twice.
 * @throws ProducerError `CONFIG`
 */
export function confluentTransport(options: ConfluentTransportOptions): Transport {
  librdkafkaSettings(options);
  const name = options.brokers.join(', ');
  const clients = new Clients(() => ConfluentClient.open(options));
  const sends = new ConfluentSends({ name, connection: options, clients, clock: systemClock });
  const asks = new Asks({ name, clients, clock: systemClock });
  return {
    name,
    maxInFlight: MAX_IN_FLIGHT,
    connect: () => asks.connect(),
    partitions: (topic, limit) => asks.partitions(topic, limit),
    send: (to, messages, limit) => sends.send(to, messages, limit),
    async disconnect() {
      await sends.close();
      await clients.close();
    },
  };
}

interface AsksOptions {
  readonly name: string;
  readonly clients: Clients;
  readonly clock: Clock;
}

/** What is asked, and not sent. */
class Asks {
  private readonly options: AsksOptions;

  constructor(options: AsksOptions) {
    this.options = options;
  }

  async connect(): Promise<void> {
    const { clients, name } = this.options;
    const held = clients.acquire();
    try {
      const client = await held.opening;
      await client.connect();
    } catch (error) {
      clients.retire(held);
      if (error instanceof ProducerError) throw error;
      throw brokerError(classifyConfluent(error), { brokers: name, cause: error });
    } finally {
      clients.release(held);
    }
  }

  async partitions(topic: string, { timeoutMs }: TimeLimit): Promise<readonly PartitionState[]> {
    const { name, clients, clock } = this.options;
    const deadlineMs = clock.running() + timeoutMs;
    const attempts = new Attempts({
      name,
      topic,
      deadlineMs,
      sends: false,
      classify: classifyConfluent,
      clock,
    });
    while (true) {
      const held = clients.acquire();
      try {
        return await attempts.run(async () => (await held.opening).partitions(topic));
      } catch (error) {
        let failure = attempts.note(error);
        // The time was up: what librdkafka has trouble with says more.
        if (failure.code === 'TIMED_OUT' && held.client) {
          failure = attempts.note(held.client.problem);
        }
        // What may pass, librdkafka finds out by itself.
        if (failure.verdict === 'final') clients.retire(held);
      } finally {
        clients.release(held);
      }
      await attempts.pauseOrThrow();
    }
  }
}
