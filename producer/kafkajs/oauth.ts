import type { AuthenticationProviderArgs, Authenticator } from 'kafkajs';
import type { KafkaToken } from '../kafka-connection.js';

const SEPARATOR = '\u0001';
const SIZE_BYTES = 4;

/**
 * OAUTHBEARER as RFC 7628 has it. kafkajs's own takes a token that the broker refuses for one that it
 * accepts: a refusal is an answer without an error code, and comes as an error only after the client
 * has acknowledged it.
 */
export function oauthBearer({
  token,
  extensions = {},
}: KafkaToken): (args: AuthenticationProviderArgs) => Authenticator {
  const more = Object.entries(extensions).map(([name, value]) => `${name}=${value}${SEPARATOR}`);
  const first = `n,,${SEPARATOR}auth=Bearer ${token}${SEPARATOR}${more.join('')}${SEPARATOR}`;
  return ({ saslAuthenticate }) => ({
    async authenticate() {
      const refusal = await saslAuthenticate({ request: request(first), response: TEXT });
      if (!refusal) return;
      await saslAuthenticate({ request: request(SEPARATOR), response: TEXT });
      // Not reached with Apache Kafka, which throws at this point.
      throw new Error('the broker refused the token, and then said nothing');
    },
  });
}

/** With its size before it, as all bytes in Kafka's protocol. */
function request(text: string): { encode(): Buffer } {
  const bytes = Buffer.from(text);
  const size = Buffer.alloc(SIZE_BYTES);
  size.writeInt32BE(bytes.length);
  return { encode: () => Buffer.concat([size, bytes]) };
}

const TEXT = {
  decode: (bytes: Buffer) => bytes.subarray(SIZE_BYTES),
  parse: (bytes: Buffer) => bytes.toString(),
};
