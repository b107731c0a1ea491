import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { kafkajsSource } from '../../../consumer/sources/index.js';
import { sourceContract } from '../../../local/index.js';
import { contractSubject } from './contract-subject.js';
import { type RestartableBroker, startRestartableBroker } from './restartable-broker.js';

let broker: RestartableBroker;
beforeAll(async () => {
  broker = await startRestartableBroker();
});
afterAll(() => broker.end());

describe('kafkajsSource keeps the contract:', () => {
  for (const { name, run } of sourceContract(contractSubject(kafkajsSource, () => broker))) {
    it(name, run);
  }
});
