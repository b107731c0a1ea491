/** The failure policies that are tried, and what each promises. */
import type { DeadLetterPolicy, FailureOptions } from '../../consumer/index.js';

export interface Policy {
  readonly name: string;
  failure(letters: DeadLetterPolicy): FailureOptions;
  /** `reportBatchItemFailures` of the mapping. */
  readonly reads: boolean;
  /** Retries of the mapping, before a batch goes to the on-failure destination. */
  readonly maxRetries: number;
  /** Where each poison record ends; `letters or destination` where retries may run out before attempts do. */
  readonly poisonIn: 'destination' | 'log' | 'letters' | 'letters or destination';
  /** Whether good events may end at the destination, with a batch that was given up. They are counted then. */
  readonly losesGood: boolean;
  /** Whether what was handled is handled again only after a process ended: else a failed batch comes again as a whole. */
  readonly repeatsAfterKillsOnly: boolean;
}

/** Attempts that a record has in its handler, under the mixture. */
const ATTEMPTS = 3;
/** What Lambda takes where nothing is said and there is a destination. */
const DEFAULT_RETRIES = 10;

const mixture = {
  failure: (letters: DeadLetterPolicy): FailureOptions => ({
    onFailure: { decode: letters, unknownType: letters, handler: 'report' },
    attempts: { max: ATTEMPTS, deadLetter: letters },
  }),
  reads: true,
  repeatsAfterKillsOnly: true,
} as const;

export const POLICIES: readonly Policy[] = [
  {
    name: 'fail',
    failure: () => ({ onFailure: 'fail' }),
    reads: false,
    maxRetries: 1,
    poisonIn: 'destination',
    losesGood: true,
    repeatsAfterKillsOnly: false,
  },
  {
    name: 'report',
    failure: () => ({ onFailure: 'report' }),
    reads: true,
    maxRetries: 1,
    poisonIn: 'destination',
    losesGood: true,
    repeatsAfterKillsOnly: true,
  },
  {
    name: 'skip',
    failure: () => ({ onFailure: 'skip' }),
    reads: false,
    maxRetries: 1,
    poisonIn: 'log',
    losesGood: false,
    repeatsAfterKillsOnly: true,
  },
  {
    name: 'dead-letter',
    failure: (letters) => ({ onFailure: letters }),
    reads: false,
    maxRetries: 1,
    poisonIn: 'letters',
    losesGood: false,
    repeatsAfterKillsOnly: true,
  },
  {
    ...mixture,
    name: 'mixture',
    maxRetries: DEFAULT_RETRIES,
    poisonIn: 'letters',
    losesGood: false,
  },
  {
    // Retries that are fewer than attempts: what the advice on them is for.
    ...mixture,
    name: 'mixture-1-retry',
    maxRetries: 1,
    poisonIn: 'letters or destination',
    losesGood: true,
  },
];

/** @throws Error for a name that no policy has */
export function policyNamed(name: string): Policy {
  const policy = POLICIES.find((one) => one.name === name);
  const names = POLICIES.map((one) => one.name).join(', ');
  if (policy === undefined) throw new Error(`There is no policy ${name}: give some of ${names}.`);
  return policy;
}
