import type { ProjectRule } from '../rule.js';

/** A waiver for which there is no finding. */
export const waiverUnused: ProjectRule<'waiver'> = {
  id: 'waiver-unused',
  category: 'LINT',
  severity: 'error',
  why: 'The waiver hides nothing today, and may hide something else tomorrow.',
  fix: 'Remove it from tavro.json.',
  example: {
    facts: {
      subject: 'orders-value',
      rule: 'field-default-missing',
      reason: 'The topic is empty.',
      expires: '2030-06-15',
      today: '2030-06-15',
      isLookedFor: true,
      isUsed: false,
    },
    // A waiver that is removed is no fact any more.
    repaired: [],
  },
  check({ rule, expires, today, isLookedFor, isUsed }) {
    return expires < today || !isLookedFor || isUsed
      ? undefined
      : `The waiver of ${rule} hides nothing.`;
  },
};
