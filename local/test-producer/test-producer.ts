/** A producer for tests: into a broker in this process, with a registry in this process. */
import {
  createProducer,
  type Producer,
  type ProducerOptions,
  type SendableTopic,
  type Transport,
} from '../../producer/index.js';
import { checkTopic } from '../../producer/misuse.js';
import { given } from '../../runtime/given.js';
import type { Registry, SchemaId } from '../../runtime/index.js';
import { type BrokerFaults, faultyTransport } from '../faults.js';
import { MemoryBroker, memoryTransport } from '../memory/index.js';
import { withSessions } from '../send-layer.js';
import { memoryRegistry } from './memory-registry.js';
import { type NextFailure, PlannedFailures } from './planned-failures.js';
import { type Located, type SentMessage, sentMessage } from './sent.js';

/** All options of a producer but its transport. */
export interface TestProducerOptions extends Partial<Omit<ProducerOptions, 'transport'>> {
  /**
   * A broker whose topics the test creates. @default one of its own, in which any topic is there once
   * it is sent to, with one partition unless `broker.createTopic` said otherwise
   */
  readonly broker?: MemoryBroker;
}

/** A producer under test, and what it did. None of these functions needs its object. */
export interface TestProducer {
  readonly producer: Producer;
  /** Where its schemas are: for the handler under test. */
  readonly registry: Registry;
  readonly broker: MemoryBroker;
  /** What may be wrong with the broker. */
  readonly faults: BrokerFaults;
  /**
   * The messages to a topic that the broker stored, decoded, in the order in which it did: each
   * partition's in the order of the calls. Those of a transaction are there once it is committed.
   * @throws AvroError where the topic's code cannot read what was sent
   */
  sent<T extends SendableTopic>(topic: T): readonly SentMessage<T>[];
  /**
   * Lets the next message fail, or the next `times`, with a ProducerError as a transport gives it.
   * @throws ProducerError `CONFIG` for what no broker does
   */
  failNext(failure: NextFailure): void;
  /** Forgets what was sent and what was to fail, and heals the broker. Offsets go on. */
  reset(): void;
}

/**
 * A producer into a broker in memory. It does not wait for company, registers what it sends, and
 * refuses values with fields that their schema does not have (`strictFields: false` lets them be).
 * @param options `registry` is by default one of its own, which takes any schema
 * @example const { producer, sent, failNext } = testProducer();
 */
export function testProducer(options: TestProducerOptions = {}): TestProducer {
  const { broker = new MemoryBroker(), registry = memoryRegistry(), ...others } = given(options);
  const written = new Map<SchemaId, string>();
  const failures = new PlannedFailures();
  let log: Located[] = [];
  const memory = transportInto(broker, {
    createsTopics: options.broker === undefined,
    note: (one) => log.push(one),
  });
  const { transport, faults } = faultyTransport(memory, others.clock);
  const producer = createProducer({
    ...{ register: 'allowed', strictFields: true, lingerMs: 0 },
    ...others,
    registry: noting(registry, written),
    transport: failures.over(transport),
  });
  return {
    producer,
    registry,
    broker,
    faults,
    sent(topic) {
      checkTopic(topic);
      return log
        .filter((one) => one.topic === topic.name)
        .map((one) => sentMessage(topic, one, { registry, byId: written }));
    },
    failNext: (failure) => failures.add(failure),
    reset() {
      log = [];
      failures.clear();
      faults.heal();
    },
  };
}

interface IntoOptions {
  /** Whether a topic is there as soon as it is asked for. */
  readonly createsTopics: boolean;
  /** Told of each record that is stored. */
  note(one: Located): void;
}

function transportInto(broker: MemoryBroker, how: IntoOptions): Transport {
  const transport = memoryTransport(broker);
  const noting = (send: Transport['send'], note: IntoOptions['note']): Transport['send'] => {
    return async (to, messages, limit) => {
      const outcomes = await send(to, messages, limit);
      for (const { offset } of outcomes.flatMap((one) => (one.error === undefined ? [one] : []))) {
        const [stored] = broker.read(to, offset, 1, { uncommitted: true });
        if (stored !== undefined) note({ ...to, stored });
      }
      return outcomes;
    };
  };
  return {
    ...transport,
    partitions(topic, limit) {
      if (how.createsTopics && broker.partitionCount(topic) === undefined)
        broker.createTopic(topic);
      return transport.partitions(topic, limit);
    },
    send: noting(transport.send, how.note),
    ...withSessions(transport, (session) => {
      let open: Located[] = [];
      return {
        ...session,
        async begin(limit) {
          open = [];
          await session.begin(limit);
        },
        send: noting(session.send, (one) => open.push(one)),
        async commit(limit) {
          await session.commit(limit);
          for (const one of open.splice(0)) how.note(one);
        },
      };
    }),
  };
}

/** The registry, but that it is noted which schemas its ids stand for. */
function noting(registry: Registry, written: Map<SchemaId, string>): Registry {
  const { guid } = registry;
  return {
    ...registry,
    async register(subject, schema, how) {
      const id = await registry.register(subject, schema, how);
      written.set(id, schema);
      return id;
    },
    async lookup(subject, schema, how) {
      const id = await registry.lookup(subject, schema, how);
      written.set(id, schema);
      return id;
    },
    ...(guid !== undefined && {
      async guid(subject, schema, how) {
        const found = await guid.call(registry, subject, schema, how);
        if (found !== undefined) written.set(found, schema);
        return found;
      },
    }),
  };
}
