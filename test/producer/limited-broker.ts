/** A broker with short patience, so that what takes minutes elsewhere takes seconds here. */
import type { RunningBroker } from '../../local/kafka/broker.js';
import { freePort, startBrokerWith } from './java-brokers.js';

export interface LimitedBroker extends RunningBroker {
  /** A listener with logins but without TLS, so that a proxy can read what goes through. */
  readonly saslPlaintext: string;
}

/** After how long the broker closes a connection over which nothing goes, in milliseconds. */
export const IDLE_MS = 3_000;
/** How long a login is good for; MSK has an hour. In milliseconds. */
export const SESSION_MS = 14_000;

export async function startLimitedBroker(): Promise<LimitedBroker> {
  const port = await freePort();
  const broker = await startBrokerWith(
    { LOGIN: { protocol: 'SASL_PLAINTEXT', port } },
    {
      'listener.name.login.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'connections.max.reauth.ms': String(SESSION_MS),
      'connections.max.idle.ms': String(IDLE_MS),
    },
  );
  return { ...broker, saslPlaintext: `127.0.0.1:${port}` };
}
