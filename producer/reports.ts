/** From outcomes to what senders are told. */
import { counted } from '../runtime/words.js';
import type { Encoded } from './encode.js';
import { ProducerError } from './errors.js';
import type { DeliveryReport } from './message.js';
import type { Delivered, Outcome } from './transport.js';

/** Messages of one call. */
export interface Sent {
  readonly topic: string;
  readonly encoded: readonly Encoded[];
}

export function reportOf(
  { topic, encoded }: Sent,
  { partition, offset, appendedMs }: Delivered,
  index: number,
): DeliveryReport {
  const timestampMs = appendedMs ?? encoded[index]?.outgoing.timestampMs ?? Number.NaN;
  return { topic, partition, offset, timestamp: new Date(timestampMs) };
}

/** @throws ProducerError if any was not delivered */
export function reportsOf(sent: Sent, outcomes: readonly Outcome[]): readonly DeliveryReport[] {
  const failures: ProducerError[] = [];
  const reports: DeliveryReport[] = [];
  outcomes.forEach((outcome, index) => {
    if (outcome.error === undefined) reports.push(reportOf(sent, outcome, index));
    else failures.push(outcome.error);
  });
  const [first] = failures;
  if (first === undefined) return reports;
  throw new ProducerError(
    first.code,
    `${failures.length} of ${counted(outcomes.length, 'message')} to "${sent.topic}" ` +
      `${failures.length === 1 ? 'was' : 'were'} not delivered ` +
      `(see \`outcomes\`); the first: ${first.message}`,
    {
      topic: sent.topic,
      partition: first.partition,
      host: first.host,
      subject: first.subject,
      delivered: failures.some(({ delivered }) => delivered === 'unknown') ? 'unknown' : 'no',
      outcomes,
      cause: first,
    },
  );
}
