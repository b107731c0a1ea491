import { ProducerError } from './errors.js';
import { reportOf, type Sent } from './reports.js';
import { type StandardHeaders, standardHeaders } from './standard-headers.js';
import type { ProducerTelemetry, SendObserver } from './telemetry.js';
import type { Outcome } from './transport.js';

/** Who hears of the messages of one call, each by its place. */
export class Observers {
  private readonly all: readonly (SendObserver | undefined)[];

  constructor({ onSend }: Required<ProducerTelemetry>, topic: string, count: number) {
    this.all = Array.from({ length: count }, () => onSend({ topic }));
  }

  headers(index: number): Readonly<Record<string, string>> | undefined {
    return this.all[index]?.headers;
  }

  settled(sent: Sent, outcome: Outcome, index: number): void {
    const observer = this.all[index];
    if (outcome.error !== undefined) observer?.onFailed?.(outcome.error);
    else observer?.onDelivered?.(reportOf(sent, outcome, index));
  }

  /** None of them is sent. */
  failed(error: unknown): void {
    if (!(error instanceof ProducerError)) return;
    for (const observer of this.all) observer?.onFailed?.(error);
  }
}

/** Headers that a message gets besides its own, by its place; undefined where none gets any. */
export function headersOf(
  standard: StandardHeaders | undefined,
  observers: Observers | undefined,
): ((index: number) => Readonly<Record<string, string>>) | undefined {
  if (standard === undefined && observers === undefined) return undefined;
  return (index) => ({
    ...(standard && ownHeaders(standard)),
    ...observers?.headers(index),
  });
}

function ownHeaders(standard: StandardHeaders): Readonly<Record<string, string>> {
  try {
    return standardHeaders(standard);
  } catch (cause) {
    const what = 'A function of standardHeaders threw; what it threw is in `cause`.';
    throw new ProducerError('CONFIG', `${what} Nothing was sent.`, { cause });
  }
}
