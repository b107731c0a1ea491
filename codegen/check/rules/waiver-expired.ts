import type { ProjectRule } from '../rule.js';

/** A waiver past its date. */
export const waiverExpired: ProjectRule<'waiver'> = {
  id: 'waiver-expired',
  category: 'LINT',
  severity: 'error',
  why: 'A waiver is a promise with a date. After it the finding counts again.',
  fix: 'Mend what was waived and remove the waiver, or renew its date and its reason.',
  example: {
    facts: {
      subject: 'orders-value',
      rule: 'field-default-missing',
      reason: 'The topic is empty.',
      expires: '2030-06-14',
      today: '2030-06-15',
      isLookedFor: true,
      isUsed: true,
    },
    repaired: [
      {
        subject: 'orders-value',
        rule: 'field-default-missing',
        reason: 'The topic is still empty.',
        expires: '2030-06-30',
        today: '2030-06-15',
        isLookedFor: true,
        isUsed: true,
      },
    ],
  },
  check({ rule, reason, expires, today }) {
    return expires < today ? `The waiver of ${rule} ended on ${expires} (${reason}).` : undefined;
  },
};
