/** A broker with short patience, so that what takes minutes elsewhere takes seconds here. */
import { appendFileSync } from 'node:fs';
import { type BrokerEngine, type RunningBroker, startBroker } from '../../local/kafka/broker.js';
import { printProperties } from '../../local/kafka/properties.js';
import { freePort, realJavaEngine } from './java-brokers.js';

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
  const java = await realJavaEngine();
  const plan: BrokerEngine['plan'] = (files) => {
    const { plaintext, saslSsl, controller } = files.ports;
    const listeners = `PLAINTEXT://127.0.0.1:${plaintext},SASL_SSL://127.0.0.1:${saslSsl},LOGIN://127.0.0.1:${port}`;
    // The last line with a key is the one that counts.
    const more = printProperties({
      listeners: `${listeners},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': listeners,
      'listener.security.protocol.map':
        'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,LOGIN:SASL_PLAINTEXT',
      'listener.name.login.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'connections.max.reauth.ms': String(SESSION_MS),
      'connections.max.idle.ms': String(IDLE_MS),
    });
    appendFileSync(files.propertiesFile, more);
    return java.plan(files);
  };
  const broker = await startBroker({ ...java, plan });
  return { ...broker, saslPlaintext: `127.0.0.1:${port}` };
}
