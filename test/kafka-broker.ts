import { randomUUID } from 'node:crypto';
import type { SaslSslAddress } from '../local/kafka/launched.js';

/** Where kafka-broker-setup.mjs leaves what it started. */
const VARIABLE = 'TAVRO_TEST_BROKER';

/** The one real broker that all tests of the `kafka` project share. */
export interface SharedBroker {
  readonly kind: 'address' | 'java' | 'docker';
  readonly plaintext: string;
  readonly saslSsl: SaslSslAddress & { readonly ca: string };
}

/**
 * The addresses of the broker that jest started for the `kafka` project. Topics of other tests
 * are on it, too: make names with `uniqueName`.
 *
 * @throws Error when there is no broker: such a test must fail, not be skipped.
 */
export function sharedBroker(): SharedBroker {
  const text = process.env[VARIABLE];
  if (text === undefined) {
    throw new Error('No shared broker. Is the file named *.kafka.test.ts, in project `kafka`?');
  }
  // Written by kafka-broker-setup.mjs, from what local/kafka/main.ts prints.
  const found = JSON.parse(text) as Partial<SharedBroker> & { readonly error?: string };
  if (found.error !== undefined) throw new Error(`The shared broker did not start: ${found.error}`);
  const { kind, plaintext, saslSsl } = found;
  if (kind === undefined || plaintext === undefined || saslSsl?.ca === undefined) {
    throw new Error(
      'These tests need a PLAINTEXT and a SASL_SSL listener: unset TAVRO_KAFKA to have a broker ' +
        'with both started.',
    );
  }
  return { kind, plaintext, saslSsl };
}

/** A name for a topic or group that no other test has. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomUUID()}`;
}
