import type { ContractRecord, ContractSubject } from '../../local/index.js';
import type { Header, KafkaConnection, Transport } from '../../producer/index.js';
import { sharedBroker } from '../kafka-broker.js';
import { newTopic, readMessages } from './broker.js';
import { type AnswerFate, startKafkaProxy } from './kafka-proxy.js';

/** Nothing listens there. */
const NOBODY = '127.0.0.1:1';

/** A transport to a broker, for its contract. */
export function contractSubject(
  open: (connection: KafkaConnection) => Transport,
  lost: AnswerFate,
  broker = () => sharedBroker().plaintext,
): ContractSubject {
  return {
    open: () => open({ brokers: [broker()] }),
    createTopic: (partitions) => newTopic(partitions, {}, broker()),
    read: async (topic) => (await readMessages(topic, broker())).map(recordOf),
    openUnreachable: () => open({ brokers: [NOBODY] }),
    async openLossy(isLost) {
      const proxy = await startKafkaProxy(broker(), (n) => (isLost(n) ? lost : 'pass'));
      const tunnel = { [broker()]: proxy.address };
      const transport = open({ brokers: [broker()], tunnel, requestTimeoutMs: 500 });
      return {
        ...transport,
        async disconnect() {
          await transport.disconnect();
          await proxy.close();
        },
      };
    },
  };
}

function recordOf({
  partition,
  message,
}: Awaited<ReturnType<typeof readMessages>>[number]): ContractRecord {
  const headers = Object.entries(message.headers ?? {}).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): Header => [name, Buffer.from(one)]),
  );
  const { key, value } = message;
  const offset = BigInt(message.offset);
  return { partition, offset, key, value, headers, timestampMs: Number(message.timestamp) };
}
