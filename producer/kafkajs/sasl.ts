import type { AuthenticationProviderArgs, Authenticator, Mechanism } from 'kafkajs';
import { ProducerError } from '../errors.js';
import type { KafkaSasl, PasswordMechanism } from '../kafka-connection.js';
import { credentialsOf, type Login, type Logins } from '../login/credentials.js';
import { oauthBearer } from './oauth.js';
import { Carried, RefusedOnce } from './signals.js';
import { NOT_LOGGED_IN, type Sockets } from './sockets.js';

/**
 * An authenticator of its own for each login: for a connection, and before the broker ends a session.
 * - Credentials are asked for anew, so that rotated ones are taken. kafkajs itself keeps the first
 *   in the object it is given, and a copy of that would go on with the old ones.
 * - After a refusal that other credentials may mend, kafkajs is made to connect again.
 * - What fails is told as it failed. kafkajs says "authentication failed" also of a connection that
 *   was cut during a login, which would then be final.
 * - A connection over which a login failed is cut. kafkajs would go on with it, and a request that it
 *   sends while it closes a connection itself is never answered and never given up.
 */
export function saslOptions(sasl: KafkaSasl, sockets: Pick<Sockets, 'drop'>): Mechanism {
  const credentials = credentialsOf(sasl);
  const { mechanism } = credentials;
  const authenticate = async (args: AuthenticationProviderArgs) => {
    try {
      if (credentials.mechanism === 'oauthbearer')
        return await logIn(credentials, args, oauthBearer);
      await logIn(credentials, args, await passwordProvider(credentials.mechanism));
    } catch (error) {
      sockets.drop(`${args.host}:${args.port}`, NOT_LOGGED_IN);
      // Until kafkajs knows: the next in line must not take this connection.
      await new Promise(setImmediate);
      throw error;
    }
  };
  return {
    mechanism,
    authenticationProvider: (args) => ({ authenticate: () => authenticate(args) }),
  };
}

/** Makes kafkajs's authenticator of what a login sends. */
type Provider<T> = (login: T) => (args: AuthenticationProviderArgs) => Authenticator;

async function logIn<T extends Login>(
  logins: Logins<T>,
  args: AuthenticationProviderArgs,
  provider: Provider<T>,
): Promise<void> {
  const login = await logins.login(`${args.host}:${args.port}`).catch((error: unknown) => {
    throw error instanceof ProducerError ? new Carried(error) : error;
  });
  let failed: { readonly error: unknown } | undefined;
  const saslAuthenticate: typeof args.saslAuthenticate = async (exchange) => {
    try {
      return await args.saslAuthenticate(exchange);
    } catch (error) {
      failed = { error };
      throw error;
    }
  };
  try {
    await provider(login)({ ...args, saslAuthenticate }).authenticate();
  } catch (thrown) {
    const error = failed === undefined ? thrown : failed.error;
    if (isRefusal(error) && logins.refused(login)) throw new RefusedOnce(error);
    throw error;
  }
}

/** A connection that was cut says nothing of the credentials. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'type' in error && error.type === 'SASL_AUTHENTICATION_FAILED';
}

/** kafkajs's own. The paths stand in full, so that a bundler finds them. */
async function passwordProvider(mechanism: PasswordMechanism): Promise<Provider<object>> {
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
  }
}
