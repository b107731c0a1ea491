/** Ours, on any transport: types in, encoding included. */
import { createProducer, type KafkaConnection, type Transport } from '../../producer/index.js';
import { createRegistry } from '../../runtime/index.js';
import { userClicksAvro } from '../../test/frozen/generated/topics.js';
import { EVENTS, eventAt } from './events.js';
import type { Sender, Target } from './side.js';

export async function openTavro(
  target: Target,
  transportOf: (connection: KafkaConnection) => Transport,
): Promise<Sender> {
  const producer = createProducer({
    transport: transportOf(connectionOf(target)),
    registry: createRegistry({ url: target.registryUrl }),
  });
  const topic = {
    ...userClicksAvro,
    name: target.topic,
    subjects: { value: `${target.topic}-value` },
  };
  await producer.connect();
  return {
    send: (index) => producer.send(topic, eventAt(index)),
    sendMany: () => producer.sendAll(topic, EVENTS),
    close: () => producer.close(),
  };
}

function connectionOf({ addresses: { plaintext, saslSsl }, listener }: Target): KafkaConnection {
  if (listener === 'plaintext' || saslSsl === undefined)
    return { brokers: (plaintext ?? '').split(',') };
  const { brokers, ca, username, password, mechanism } = saslSsl;
  return {
    brokers: brokers.split(','),
    ssl: ca === undefined ? true : { ca },
    sasl: { mechanism, username, password },
  };
}
