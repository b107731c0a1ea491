/** What a side of `npm run bench:producer` is: a client that sends events to one topic. */
import type { KafkaAddresses } from '../../local/kafka/launched.js';

/** Where a side sends to. */
export interface Target {
  readonly addresses: KafkaAddresses;
  readonly listener: 'plaintext' | 'saslSsl';
  readonly topic: string;
  /** Where the value's schema is registered, under `<topic>-value`. */
  readonly registryUrl: string;
  /** Whether each send is awaited before the next, of which some clients want to know. */
  readonly isAwaited: boolean;
  /** Of packages, which may be elsewhere than the dependencies: what to import. */
  readonly urls: Readonly<Record<string, string>>;
}

/** A client that is connected. Both answer when the broker has acknowledged all. */
export interface Sender {
  /** Sends the event of this number. */
  send(index: number): Promise<unknown>;
  /** Sends {@link MANY} events in one call. */
  sendMany(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Events of one call with many, and those that there are. */
export const MANY = 1_000;
