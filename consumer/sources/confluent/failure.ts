import { classifyConfluent } from '../../../producer/confluent/failure.js';
import { kindOfType } from '../../../producer/kafka-errors.js';
import type { Failure } from '../../../producer/session.js';
import { Refused } from '../protocol/refused.js';

/** The least of Kafka's own numbers for errors; those below are librdkafka's. */
const FIRST_OF_KAFKA = 1;

/** What librdkafka says of no partition, and what passes. */
export function judge(error: unknown): Failure {
  if (error instanceof Refused) {
    const kind = kindOfType(error.type, true);
    return { code: 'BROKER', verdict: 'retry', ambiguous: false, ...kind, reason: error.message };
  }
  const { code, message }: { code?: unknown; message?: unknown } = Object(error);
  if (typeof code !== 'number') return classifyConfluent(error);
  if (code >= FIRST_OF_KAFKA) return judge(new Refused(code));
  const reason = String(message).replace(/^Local: /, '');
  return { code: 'UNREACHABLE', verdict: 'retry', ambiguous: false, reason };
}
