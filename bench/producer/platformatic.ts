/** @platformatic/kafka as it comes, with bytes that were made before. */
import { encodedEvents } from './events.js';
import type { Sender, Target } from './side.js';

export async function openPlatformatic(target: Target): Promise<Sender> {
  const { Producer } = await import('@platformatic/kafka');
  const { topic } = target;
  const producer = new Producer(settingsOf(target));
  const messages = encodedEvents().map((event) => ({ topic, ...event }));
  const acks = -1;
  return {
    send: (index) =>
      producer.send({ messages: messages.slice(index % messages.length).slice(0, 1), acks }),
    sendMany: () => producer.send({ messages, acks }),
    close: () => producer.close(),
  };
}

function settingsOf({ addresses: { plaintext, saslSsl }, listener }: Target) {
  const base = { clientId: 'bench', autocreateTopics: false };
  if (listener === 'plaintext' || saslSsl === undefined)
    return { ...base, bootstrapBrokers: (plaintext ?? '').split(',') };
  const { brokers, ca, username, password } = saslSsl;
  return {
    ...base,
    bootstrapBrokers: brokers.split(','),
    tls: ca === undefined ? {} : { ca },
    sasl: { mechanism: 'SCRAM-SHA-512' as const, username, password },
  };
}
