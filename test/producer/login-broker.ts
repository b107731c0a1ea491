/** A broker with every way to log in, whose sessions are short. */
import type { RunningBroker } from '../../local/kafka/broker.js';
import { freePort, startBrokerWith } from './java-brokers.js';
import { changePassword } from './scram.js';

export interface LoginBroker extends RunningBroker {
  /** SCRAM, PLAIN and OAUTHBEARER, without TLS. */
  readonly login: string;
  /** TLS with a client certificate and no other login. */
  readonly mutualTls: string;
  /** Known by all three mechanisms with a password. */
  readonly user: { readonly username: string; readonly password: string };
}

const SECURITY = 'org.apache.kafka.common.security';
const USER = { username: 'app', password: 'app-secret' };

export interface LoginBrokerOptions {
  /** How long a login is good for, in milliseconds. */
  readonly sessionMs: number;
  /** PEM of the authority of client certificates. */
  readonly clientCa: string;
}

export async function startLoginBroker(options: LoginBrokerOptions): Promise<LoginBroker> {
  const [login, mutualTls] = [await freePort(), await freePort()];
  const { username, password } = USER;
  const jaas = (mechanism: string, line: string) => [
    `listener.name.login.${mechanism}.sasl.jaas.config`,
    `${SECURITY}.${line};`,
  ];
  const broker = await startBrokerWith(
    {
      LOGIN: { protocol: 'SASL_PLAINTEXT', port: login },
      MUTUAL: { protocol: 'SSL', port: mutualTls },
    },
    {
      'listener.name.login.sasl.enabled.mechanisms':
        'SCRAM-SHA-512,SCRAM-SHA-256,PLAIN,OAUTHBEARER',
      ...Object.fromEntries([
        jaas('scram-sha-512', 'scram.ScramLoginModule required'),
        jaas('scram-sha-256', 'scram.ScramLoginModule required'),
        jaas('plain', `plain.PlainLoginModule required user_${username}="${password}"`),
        // Kafka's own validator of tokens that nobody signed.
        jaas(
          'oauthbearer',
          'oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker"',
        ),
      ]),
      'listener.name.mutual.ssl.client.auth': 'required',
      'listener.name.mutual.ssl.truststore.type': 'PEM',
      'listener.name.mutual.ssl.truststore.certificates': options.clientCa,
      'connections.max.reauth.ms': String(options.sessionMs),
    },
  );
  await changePassword(broker.plaintext, USER, 'scram-sha-512');
  await changePassword(broker.plaintext, USER, 'scram-sha-256');
  const at = (port: number) => `127.0.0.1:${port}`;
  return { ...broker, login: at(login), mutualTls: at(mutualTls), user: USER };
}
