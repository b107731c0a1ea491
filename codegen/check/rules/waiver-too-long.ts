import type { ProjectRule } from '../rule.js';

/** Longest time that a waiver holds from today, in days. */
const MAX_DAYS = 366;
/** Milliseconds. */
const DAY = 24 * 60 * 60 * 1_000;

/** A waiver without an end that anyone waits for. */
export const waiverTooLong: ProjectRule<'waiver'> = {
  id: 'waiver-too-long',
  category: 'LINT',
  severity: 'off',
  why: 'Nobody waits for a date years ahead: such a waiver is for ever, and hides what comes to its place meanwhile.',
  fix: 'Give it a date within a year, on which somebody looks at it again.',
  example: {
    facts: {
      subject: 'orders-value',
      rule: 'field-default-missing',
      reason: 'The topic is empty.',
      expires: '2099-12-31',
      today: '2030-06-15',
      isLookedFor: true,
      isUsed: true,
    },
    repaired: [
      {
        subject: 'orders-value',
        rule: 'field-default-missing',
        reason: 'The topic is empty.',
        expires: '2031-06-15',
        today: '2030-06-15',
        isLookedFor: true,
        isUsed: true,
      },
    ],
  },
  check({ rule, expires, today }) {
    const days = (Date.parse(expires) - Date.parse(today)) / DAY;
    return days > MAX_DAYS
      ? `The waiver of ${rule} holds until ${expires}, ${days} days from today.`
      : undefined;
  },
};
