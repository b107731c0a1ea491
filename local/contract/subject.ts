import type { Transport } from '../../producer/index.js';

/** A transport that is held to its contract, and the broker behind it. */
export interface ContractSubject {
  /** One that is not connected. Each case disconnects what it opened. */
  open(): Transport;
  /**
   * Makes a topic that takes messages of up to about a megabyte; answers its name, which is new. It must
   * keep messages however old they say they are (`retention.ms` -1): brokers delete those of last year
   * within five minutes.
   */
  createTopic(partitions: number): Promise<string>;
  /** All that a topic holds, by another way than this transport. */
  read(topic: string): Promise<readonly ContractRecord[]>;
  /** One whose brokers are not there. Leave it out where there is nothing to connect to. */
  openUnreachable?(): Transport;
  /**
   * One whose broker obeys every request, but whose `n`-th answer to a send, from 0 and counting those
   * that are sent again, does not come back where `isLost` says so. A transport that waits for each
   * answer should not wait long: half a second. Leave it out where nothing can get lost.
   */
  openLossy?(isLost: (n: number) => boolean): Promise<Transport>;
}

/** A message as a broker has it. */
export interface ContractRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
}

/** One thing that a transport promises. */
export interface ContractCase {
  readonly name: string;
  /** @throws Error that says what differs */
  run(): Promise<void>;
}
