import { describe, it } from '@jest/globals';
import { transportContract } from '../../local/index.js';
import { platformaticTransport } from '../../producer/index.js';
import { contractSubject } from './contract-subject.js';

describe.each(['swallow', 'hang up'] as const)('the contract (lost answers: %s)', (lost) => {
  for (const { name, run } of transportContract(contractSubject(platformaticTransport, lost))) {
    it(name, run);
  }
});
