import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type ContractSubject, transportContract } from '../../local/index.js';
import { confluentTransport } from '../../producer/index.js';
import { contractSubject } from './contract-subject.js';
import { type ProxiedBroker, startProxiedBroker } from './proxied-broker.js';

let broker: ProxiedBroker;
beforeAll(async () => {
  broker = await startProxiedBroker();
}, 120_000);
afterAll(() => broker.stop());

describe.each(['fall silent', 'hang up'] as const)('the contract (lost answers: %s)', (lost) => {
  const subject: ContractSubject = {
    ...contractSubject(confluentTransport, lost, () => broker.plaintext),
    async openLossy(isLost) {
      const proxy = await broker.proxy((n) => (isLost(n) ? lost : 'pass'));
      const connection = { brokers: [broker.proxied], requestTimeoutMs: 500 };
      const transport = confluentTransport(connection);
      return {
        ...transport,
        async disconnect() {
          await transport.disconnect();
          await proxy.close();
        },
      };
    },
  };
  for (const { name, run } of transportContract(subject)) it(name, run);
});
