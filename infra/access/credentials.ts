import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { IDependable } from 'constructs';

/** A secret, and the key that whoever reads it must be able to use, too. */
export interface KeyedSecret {
  readonly secret: secretsmanager.ISecret;
  /** @default - the AWS managed key, which needs no grant */
  readonly encryptionKey?: kms.IKey;
}

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** A user by name and password, which the brokers check by SASL/SCRAM. */
export class ScramCredentials implements KeyedSecret {
  readonly kind = 'scram';
  /** `{ "username", "password" }`. */
  readonly secret: secretsmanager.ISecret;
  readonly encryptionKey: kms.IKey | undefined;
  /** Brokers know the user once this exists; undefined where they do already. */
  readonly association: IDependable | undefined;
  /** MSK knows SCRAM-SHA-512 only. */
  readonly mechanism: ScramMechanism;

  constructor(options: {
    readonly secret: secretsmanager.ISecret;
    readonly encryptionKey?: kms.IKey;
    readonly association?: IDependable;
    readonly mechanism?: ScramMechanism;
  }) {
    this.secret = options.secret;
    this.encryptionKey = options.encryptionKey;
    this.association = options.association;
    this.mechanism = options.mechanism ?? 'SCRAM-SHA-512';
  }

  /**
   * Credentials that exist. MSK associates only secrets under a customer managed key, so there is one:
   * without a grant of it Lambda cannot read the secret, and the mapping fails.
   * @param key of the secret, such as `Key.fromKeyArn(…)`
   */
  static fromSecret(secret: secretsmanager.ISecret, key: kms.IKey): ScramCredentials {
    return new ScramCredentials({ secret, encryptionKey: key });
  }
}

/** No secret: the role of the function or the client is what the cluster lets in. */
export class IamCredentials {
  readonly kind = 'iam';
}

/** A client certificate, for mutual TLS. */
export class TlsCredentials implements KeyedSecret {
  readonly kind = 'tls';
  /** `{ "certificate", "privateKey", "privateKeyPassword"? }`, PEM. */
  readonly secret: secretsmanager.ISecret;
  readonly encryptionKey: kms.IKey | undefined;

  constructor({ secret, encryptionKey }: KeyedSecret) {
    this.secret = secret;
    this.encryptionKey = encryptionKey;
  }
}

/** A name and password by SASL/PLAIN, such as an API key of Confluent Cloud; not of MSK. */
export class PlainCredentials implements KeyedSecret {
  readonly kind = 'plain';
  /** `{ "username", "password" }`. */
  readonly secret: secretsmanager.ISecret;
  readonly encryptionKey: kms.IKey | undefined;

  constructor({ secret, encryptionKey }: KeyedSecret) {
    this.secret = secret;
    this.encryptionKey = encryptionKey;
  }
}

export type ClusterCredentials =
  | ScramCredentials
  | IamCredentials
  | TlsCredentials
  | PlainCredentials;
