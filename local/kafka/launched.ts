/** What plays Kafka: a given address, a broker started with Java or Docker, or nothing real. */
export type KafkaKind = 'address' | 'java' | 'docker' | 'memory';

/** A TLS listener that asks for a user, as MSK's port 9096 does. */
export interface SaslSslAddress {
  /** `host:port`, comma-separated. */
  readonly brokers: string;
  readonly username: string;
  readonly password: string;
  readonly mechanism: 'scram-sha-512';
  /** Authority to trust, PEM; absent where the system's own authorities do. */
  readonly ca?: string;
}

/** Listeners of a Kafka: at least one of the two. */
export interface KafkaAddresses {
  /** `host:port`, comma-separated: no encryption, no user. */
  readonly plaintext?: string;
  readonly saslSsl?: SaslSslAddress;
}

export interface LaunchedKafka extends KafkaAddresses {
  /** `memory` has no addresses: use the in-memory broker in its place. */
  readonly kind: KafkaKind;
  /** Why this one was taken, and why not what comes before it; one line. */
  readonly reason: string;
  /** What the broker logs, while it runs (java and docker). */
  readonly logFile?: string;
  /** Ends what was started and removes its files; never rejects for a broker that is gone. */
  stop(): Promise<void>;
}

/** Where the broker says which Kafka it took. */
export type Log = (line: string) => void;
