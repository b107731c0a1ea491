import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { confluentSource } from '../../../consumer/sources/index.js';
import { sourceContract } from '../../../local/index.js';
import { contractSubject } from './contract-subject.js';
import { type RestartableBroker, startRestartableBroker } from './restartable-broker.js';

/** Of the package: see docs/sources.md. */
const LACKS = ['member', 'null headers'] as const;

let broker: RestartableBroker;
beforeAll(async () => {
  broker = await startRestartableBroker();
});
afterAll(() => broker.end());

describe('confluentSource keeps the contract:', () => {
  for (const { name, run } of sourceContract(
    contractSubject(confluentSource, () => broker, LACKS),
  )) {
    it(name, run);
  }
});
