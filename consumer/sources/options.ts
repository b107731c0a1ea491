import type { KafkaConnection } from '../../producer/kafka-connection.js';
import { checkConnection } from '../../producer/kafka-connection.js';
import { checkRange, expect, MAX_TIMER_MS } from '../../producer/misuse.js';
import { withOwnErrors } from './failure.js';

/** How records are read, whatever the client. */
export interface SourceOptions {
  /**
   * After how long without a sign of life the group goes on without this member, in milliseconds. It is
   * given by itself, however long records take. @default 30000
   */
  readonly sessionTimeoutMs?: number;
  /** How long a member may take to end what it does when a partition is to go, in milliseconds. @default 60000 */
  readonly rebalanceTimeoutMs?: number;
  /**
   * A name that no other member of the group has and that this one has again after a restart: it
   * gets back its partitions, and none move meanwhile, for `sessionTimeoutMs` (KIP-345). @default none
   */
  readonly groupInstanceId?: string;
  /** What is fetched of one partition at a time, in bytes; as much again may wait. @default 1048576 */
  readonly maxBytesPerPartition?: number;
  /** What is fetched of all partitions and not handled, in bytes. @default 67108864 */
  readonly maxBufferedBytes?: number;
}

const DEFAULTS = {
  sessionTimeoutMs: 30_000,
  rebalanceTimeoutMs: 60_000,
  maxBytesPerPartition: 1024 * 1024,
  maxBufferedBytes: 64 * 1024 * 1024,
} as const;

/** A request has them as 32 bits. */
const MAX_BYTES = 2 ** 31 - 1;

const LIMITS = {
  sessionTimeoutMs: [1, MAX_TIMER_MS],
  rebalanceTimeoutMs: [1, MAX_TIMER_MS],
  maxBytesPerPartition: [1, MAX_BYTES],
  maxBufferedBytes: [1, MAX_BYTES],
} as const satisfies Record<keyof typeof DEFAULTS, readonly [number, number]>;

/** With the defaults. */
export interface SourceSettings extends Required<Omit<SourceOptions, 'groupInstanceId'>> {
  readonly groupInstanceId?: string;
}

/** @throws ConsumerError `CONFIG` for what a client would only stumble over later */
export function sourceSettings(options: KafkaConnection & SourceOptions): SourceSettings {
  return withOwnErrors(() => {
    checkConnection(options);
    const { groupInstanceId: name } = options;
    const isName = name === undefined || (typeof name === 'string' && name !== '');
    expect(isName, '`groupInstanceId`', name, 'text that is not empty');
    const numbers = { ...DEFAULTS };
    for (const key of KEYS) {
      const value = options[key] ?? DEFAULTS[key];
      checkRange(`\`${key}\``, value, LIMITS[key]);
      Object.assign(numbers, { [key]: value });
    }
    return { ...numbers, ...(name !== undefined && { groupInstanceId: name }) };
  });
}

const KEYS = [
  'sessionTimeoutMs',
  'rebalanceTimeoutMs',
  'maxBytesPerPartition',
  'maxBufferedBytes',
] as const satisfies readonly (keyof typeof DEFAULTS)[];

/** @throws ConsumerError `CONFIG` */
export function checkGroup(group: unknown): void {
  withOwnErrors(() =>
    expect(typeof group === 'string' && group !== '', 'the group', group, 'text that is not empty'),
  );
}
