/** Confluent's clients for Node: librdkafka, and their encoder. Neither is a dependency of ours. */
import { CLIENT, ENCODER } from '../peers/names.js';
import { EVENTS, eventAt, plainValue } from './events.js';
import type { Sender, Target } from './side.js';

interface Client {
  readonly KafkaJS: {
    readonly Kafka: new (settings: object) => { producer(settings: object): Producer };
    readonly logLevel: { readonly NOTHING: number };
  };
}

interface Producer {
  connect(): Promise<void>;
  send(batch: { topic: string; messages: readonly object[] }): Promise<unknown>;
  disconnect(): Promise<void>;
}

interface Encoder {
  readonly SchemaRegistryClient: new (settings: object) => object;
  readonly SerdeType: { readonly VALUE: unknown };
  readonly AvroSerializer: new (
    client: object,
    part: unknown,
    settings: object,
  ) => { serialize(topic: string, value: unknown): Promise<Buffer> };
}

/** A package of CommonJS. */
async function load<Package>({ urls }: Target, name: string): Promise<Package> {
  const loaded: { default?: Package } = await import(urls[name] ?? name);
  if (loaded.default === undefined) throw new Error(`${name} has no default export.`);
  return loaded.default;
}

export async function openConfluent(target: Target): Promise<Sender> {
  const { topic } = target;
  const { KafkaJS } = await load<Client>(target, CLIENT);
  const { SchemaRegistryClient, SerdeType, AvroSerializer } = await load<Encoder>(target, ENCODER);
  const producer = new KafkaJS.Kafka(settingsOf(target)).producer({
    acks: -1,
    // As its manual says for sends that are awaited one by one.
    ...(target.isAwaited && { 'linger.ms': 0 }),
  });
  await producer.connect();
  const registry = new SchemaRegistryClient({ baseURLs: [target.registryUrl] });
  const settings = { autoRegisterSchemas: false, useLatestVersion: true };
  const serializer = new AvroSerializer(registry, SerdeType.VALUE, settings);
  const plain = EVENTS.map((event) => ({ key: event.key, value: plainValue(event) }));
  const encoded = async ({ key, value }: (typeof plain)[number]) => ({
    key,
    value: await serializer.serialize(topic, value),
  });
  return {
    async send(index) {
      const event = eventAt(index);
      const message = await encoded({ key: event.key, value: plainValue(event) });
      return producer.send({ topic, messages: [message] });
    },
    sendMany: async () => producer.send({ topic, messages: await Promise.all(plain.map(encoded)) }),
    close: () => producer.disconnect(),
  };
}

function settingsOf({ addresses: { plaintext, saslSsl }, listener }: Target): object {
  const quiet = { 'client.id': 'bench', log_level: 0 };
  if (listener === 'plaintext' || saslSsl === undefined)
    return { ...quiet, 'bootstrap.servers': plaintext };
  return {
    ...quiet,
    'bootstrap.servers': saslSsl.brokers,
    'security.protocol': 'sasl_ssl',
    ...(saslSsl.ca !== undefined && { 'ssl.ca.pem': saslSsl.ca }),
    'sasl.mechanisms': saslSsl.mechanism.toUpperCase(),
    'sasl.username': saslSsl.username,
    'sasl.password': saslSsl.password,
  };
}
