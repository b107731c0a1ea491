/** What sends: ours over each transport, and plain kafkajs beside it. */
import { Kafka, logLevel } from 'kafkajs';
import {
  confluentTransport,
  createProducer,
  type KafkaConnection,
  kafkajsTransport,
  ProducerError,
  type ProducerOptions,
  platformaticTransport,
  type Transport,
} from '../../producer/index.js';
import { click, clicks, scriptedRegistry } from '../producer/clicks.js';
import type { Place } from './ledger.js';

/** All transports, by the name that `--transport` takes: a row is all that another needs. */
const TRANSPORTS: Readonly<Record<string, (connection: KafkaConnection) => Transport>> = {
  kafkajs: kafkajsTransport,
  platformatic: platformaticTransport,
  confluent: confluentTransport,
};

/** A message that was not delivered, or not surely. */
export class SendFailure extends Error {
  readonly delivered: 'no' | 'unknown';
  readonly code: string;

  constructor(delivered: 'no' | 'unknown', code: string) {
    super(`${code} (delivered: ${delivered})`);
    this.delivered = delivered;
    this.code = code;
  }
}

export interface Sender {
  /** @throws SendFailure */
  send(key: number, message: number): Promise<Place>;
  close(): Promise<void>;
}

/** Makes a sender to a topic; what gives messages up, and when, is for ours only. */
export type SenderMaker = (
  connection: KafkaConnection,
  topic: string,
  patience?: Pick<ProducerOptions, 'deliveryTimeoutMs'>,
) => Sender;

/** @throws Error for a name that no transport has */
export function ours(transport: string): SenderMaker {
  const make = TRANSPORTS[transport];
  if (make === undefined) {
    const names = Object.keys(TRANSPORTS).join(', ');
    throw new Error(`There is no transport ${transport}: give one of ${names}.`);
  }
  return (connection, name, patience) => {
    const { registry } = scriptedRegistry(() => [404, {}]);
    const producer = createProducer({ transport: make(connection), registry, ...patience });
    const topic = { ...clicks, name };
    return {
      async send(key, message) {
        try {
          const sent = await producer.send(topic, { key: keyText(key), value: click(message) });
          return { partition: sent.partition, offset: Number(sent.offset) };
        } catch (error) {
          if (!(error instanceof ProducerError)) throw error;
          throw new SendFailure(error.delivered, error.code);
        }
      },
      close: () => producer.close(),
    };
  };
}

/** kafkajs as it is, with what it offers against duplicates. It cannot say what was not delivered. */
export const plainKafkajs: SenderMaker = ({ brokers, sasl, requestTimeoutMs }, topic) => {
  if (sasl !== undefined) throw new Error('plain kafkajs is not run where there are logins');
  const kafka = new Kafka({
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    ...(requestTimeoutMs !== undefined && { requestTimeout: requestTimeoutMs }),
  });
  const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  const connecting = producer.connect();
  return {
    async send(key, message) {
      try {
        await connecting;
        const value = click(message).url;
        const messages = [{ key: keyText(key), value }];
        const [sent] = await producer.send({ topic, messages });
        if (sent === undefined) throw new Error('no answer');
        return { partition: sent.partition, offset: Number(sent.baseOffset ?? -1) };
      } catch (error) {
        throw new SendFailure('unknown', error instanceof Error ? error.name : 'error');
      }
    },
    close: () => producer.disconnect(),
  };
};

const keyText = (key: number) => `key-${key}`;
