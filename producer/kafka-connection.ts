import { ProducerError } from './errors.js';

/** How to reach a Kafka cluster. */
export interface KafkaConnection {
  /** Bootstrap brokers, each as `host:port`. */
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and quotas. @default 'tavro' */
  readonly clientId?: string;
  /** MSK with SASL/SCRAM takes `scram-sha-512`. @default no authentication */
  readonly sasl?: KafkaSasl;
  /** TLS, on by `true` or by giving a private certificate authority. @default false */
  readonly ssl?: boolean | KafkaTls;
  /** TCP and TLS handshake, in milliseconds; a cold MSK needs more than kafkajs's 1,000. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** One request's answer, in milliseconds. @default 10000 */
  readonly requestTimeoutMs?: number;
  /**
   * Where a broker is reached instead of at the address it advertises, by `host:port`: for port
   * forwarding into a VPC. Certificates are still checked for the broker's own name.
   */
  readonly tunnel?: Readonly<Record<string, string>>;
  /** Takes what the client logs. @default nothing is logged; errors reach the senders */
  readonly log?: (entry: KafkaLogEntry) => void;
}

export type KafkaSasl =
  | ({ readonly mechanism: PasswordMechanism } & KafkaCredentials)
  /** For a password that changes, such as a rotated secret; called for each login. */
  | {
      readonly mechanism: PasswordMechanism;
      readonly credentials: () => Promise<KafkaCredentials>;
    }
  /** For MSK IAM and OAuth; called for each login. */
  | { readonly mechanism: 'oauthbearer'; readonly token: () => Promise<string> };

type PasswordMechanism = 'scram-sha-512' | 'scram-sha-256' | 'plain';

/** A login is made for each connection, and again before the broker ends its session. */
export interface KafkaCredentials {
  readonly username: string;
  readonly password: string;
}

export interface KafkaTls {
  /** PEM of the certificate authorities to trust, instead of those of Node. */
  readonly ca?: string | readonly string[];
  /** PEM of the client's certificate and key, for mutual TLS. */
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaLogEntry {
  readonly level: 'error' | 'warn' | 'info';
  readonly message: string;
  readonly broker?: string;
}

const ADDRESS = /^[^\s:/]+:\d{1,5}$/;

/** @throws ProducerError `CONFIG` for addresses that kafkajs would only stumble over later. */
export function checkConnection({ brokers, tunnel = {} }: KafkaConnection): void {
  if (brokers.length === 0) {
    throw new ProducerError('CONFIG', 'No bootstrap broker is given: `brokers` is empty.');
  }
  const bad = [...brokers, ...Object.entries(tunnel).flat()].find((one) => !ADDRESS.test(one));
  if (bad === undefined) return;
  throw new ProducerError(
    'CONFIG',
    `"${bad}" is not a broker address: write it as host:port, such as b-1.example:9096.`,
  );
}
