import type { RuleFacts } from '../rule.js';

/** A version that was published to a registry which no longer has it. */
export const registryVersionMissing: RuleFacts = {
  id: 'registry-version-missing',
  category: 'WIRE',
  severity: 'error',
  why: 'The lock says that the registry has this version, and it does not. Messages carry its id, which consumers cannot look up, and the registry holds no further version against it.',
  fix: 'Find out who deleted it. `tavro publish` registers it again where nothing newer was registered since.',
};
