import type { RuleFacts } from '../rule.js';

/** A waiver for which there is no finding. */
export const waiverUnused: RuleFacts = {
  id: 'waiver-unused',
  category: 'LINT',
  severity: 'error',
  why: 'The waiver hides nothing today, and may hide something else tomorrow.',
  fix: 'Remove it from tavro.json.',
};
