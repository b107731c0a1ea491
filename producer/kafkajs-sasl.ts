import type { AuthenticationProviderArgs, Authenticator, Mechanism } from 'kafkajs';
import { ProducerError } from './errors.js';
import type { KafkaCredentials, KafkaSasl } from './kafka-connection.js';
import { Carried } from './kafkajs-signals.js';

/**
 * kafkajs's own authenticators, a new one for each login: for a connection, and before the broker
 * ends a session.
 * - Credentials are asked for anew, so that rotated ones are taken. kafkajs itself keeps the first
 *   in the object it is given, and a copy of that would go on with the old ones.
 * - What fails is told as it failed. kafkajs says "authentication failed" also of a connection that
 *   was cut during a login, which would then be final.
 */
export function saslOptions(sasl: KafkaSasl): Mechanism {
  return {
    mechanism: sasl.mechanism,
    authenticationProvider: (login) => ({ authenticate: () => authenticate(sasl, login) }),
  };
}

type Login = AuthenticationProviderArgs;
type AuthenticatorProvider = (options: object) => (login: Login) => Authenticator;

async function authenticate(sasl: KafkaSasl, login: Login): Promise<void> {
  const provider = await authenticatorProvider(sasl.mechanism);
  const options = await kafkajsOptions(sasl, `${login.host}:${login.port}`);
  let failed: { readonly error: unknown } | undefined;
  const saslAuthenticate: Login['saslAuthenticate'] = async (exchange) => {
    try {
      return await login.saslAuthenticate(exchange);
    } catch (error) {
      failed = { error };
      throw error;
    }
  };
  try {
    await provider(options)({ ...login, saslAuthenticate }).authenticate();
  } catch (error) {
    throw failed === undefined ? error : failed.error;
  }
}

/** What kafkajs's authenticator reads. */
async function kafkajsOptions(sasl: KafkaSasl, broker: string): Promise<object> {
  if (sasl.mechanism === 'oauthbearer') {
    const value = await ask('sasl.token', { broker, give: sasl.token });
    return { oauthBearerProvider: async () => ({ value }) };
  }
  if (!('credentials' in sasl)) return sasl;
  return ask<KafkaCredentials>('sasl.credentials', { broker, give: sasl.credentials });
}

interface Asked<T> {
  readonly broker: string;
  give(): Promise<T>;
}

/** Its error may quote what it was given, so that its text stays in the cause. */
async function ask<T>(option: string, { broker, give }: Asked<T>): Promise<T> {
  try {
    return await give();
  } catch (cause) {
    if (cause instanceof ProducerError) throw new Carried(cause);
    const message =
      `There are no credentials for ${broker}: the function given as \`${option}\` failed. What ` +
      'it threw is the `cause` of this error; mend that, and send again.';
    throw new Carried(
      new ProducerError('AUTHENTICATION', message, { host: broker, retriable: true, cause }),
    );
  }
}

/** By mechanism. The paths stand in full, so that a bundler finds them. */
async function authenticatorProvider(
  mechanism: KafkaSasl['mechanism'],
): Promise<AuthenticatorProvider> {
  switch (mechanism) {
    case 'scram-sha-512':
      // @ts-expect-error Not in kafkajs's types.
      return (await import('kafkajs/src/broker/saslAuthenticator/scram512.js')).default;
    case 'scram-sha-256':
      // @ts-expect-error Not in kafkajs's types.
      return (await import('kafkajs/src/broker/saslAuthenticator/scram256.js')).default;
    case 'plain':
      // @ts-expect-error Not in kafkajs's types.
      return (await import('kafkajs/src/broker/saslAuthenticator/plain.js')).default;
    case 'oauthbearer':
      // @ts-expect-error Not in kafkajs's types.
      return (await import('kafkajs/src/broker/saslAuthenticator/oauthBearer.js')).default;
  }
}
