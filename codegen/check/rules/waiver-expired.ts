import type { RuleFacts } from '../rule.js';

/** A waiver past its date. */
export const waiverExpired: RuleFacts = {
  id: 'waiver-expired',
  category: 'LINT',
  severity: 'error',
  why: 'A waiver is a promise with a date. After it the finding counts again.',
  fix: 'Mend what was waived and remove the waiver, or renew its date and its reason.',
};
