import { expect, it } from '@jest/globals';
// @ts-expect-error Not in kafkajs's types.
import BrokerPool from 'kafkajs/src/cluster/brokerPool.js';
import { mendKafkajs } from '../../producer/kafkajs/mends.js';

const silent = { namespace: () => silent, error: () => {}, debug: () => {} };

/** Three brokers, all of which count as connected, of the number's port. */
const addresses = [1, 2, 3].map((nodeId) => ({ nodeId, host: 'b', port: nodeId, rack: null }));

function pool() {
  const build = async ({ host = 'b', port = 1 } = {}) => ({
    ...{ host, port, rack: null, connectionTimeout: 1_000 },
    isConnected: () => true,
    destroy: async () => {},
  });
  return new BrokerPool({ connectionPoolBuilder: { build }, logger: silent, retry: {} });
}

/** By number: the port that its requests go to, and who it is taken for. */
function seen({
  brokers,
}: {
  brokers: Record<string, { nodeId: number; connectionPool: { port: number } }>;
}) {
  return Object.entries(brokers).map(([id, broker]) => [
    Number(id),
    broker.connectionPool.port,
    broker.nodeId,
  ]);
}

it('a broker that is lost while metadata is asked for is not taken for another', async () => {
  await mendKafkajs();
  const brokers = pool();
  await brokers.createSeedBroker();
  brokers.seedBroker.metadata = async () => ({ brokers: addresses, topicMetadata: [] });
  await brokers.refreshMetadata([]);
  const right = [1, 2, 3].map((id) => [id, id, id]);
  expect(seen(brokers)).toEqual(right);

  // The first is lost while another answers, and one of the others is what kafkajs goes on from.
  for (const id of [2, 3]) {
    brokers.brokers[id].metadata = async () => {
      brokers.removeBroker({ host: 'b', port: 1 });
      return { brokers: addresses, topicMetadata: [] };
    };
  }
  brokers.brokers[1].connectionPool.isConnected = () => false;
  await brokers.refreshMetadata([]);
  expect(seen(brokers)).toEqual(right);
});
