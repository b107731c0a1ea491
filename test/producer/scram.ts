import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { KafkaCredentials } from '../../producer/index.js';

const ALTER_USER_SCRAM_CREDENTIALS = 51;
/** Kafka's number, the digest and its size in bytes. */
const MECHANISMS = {
  'scram-sha-256': [1, 'sha256', 32],
  'scram-sha-512': [2, 'sha512', 64],
} as const;
const ITERATIONS = 4_096;
const NO_TAGS = Buffer.of(0);

/**
 * Changes a user's password, which neither kafkajs nor Kafka's jars can.
 * https://kafka.apache.org/protocol.html#The_Messages_AlterUserScramCredentials (version 0)
 */
export async function changePassword(
  broker: string,
  { username, password }: KafkaCredentials,
  mechanism: keyof typeof MECHANISMS = 'scram-sha-512',
): Promise<void> {
  const [id, digest, bytes] = MECHANISMS[mechanism];
  const salt = randomBytes(32);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, bytes, digest);
  const iterations = Buffer.alloc(4);
  iterations.writeInt32BE(ITERATIONS);
  const header = Buffer.alloc(10);
  header.writeInt16BE(ALTER_USER_SCRAM_CREDENTIALS, 0);
  // Version 0, correlation id 0, no client id.
  header.writeInt16BE(-1, 8);
  // Compact arrays have one more in their length than elements: no deletion, one upsertion.
  const request = Buffer.concat([
    header,
    NO_TAGS,
    Buffer.of(1),
    Buffer.of(2),
    compact(Buffer.from(username)),
    Buffer.of(id),
    iterations,
    compact(salt),
    compact(salted),
    NO_TAGS,
    NO_TAGS,
  ]);
  const answer = await exchange(broker, request);
  // Correlation id, tags, throttle time, one result, the user, then its error code.
  const at = 4 + 1 + 4 + 1 + 1 + username.length;
  const code = answer.readInt16BE(at);
  if (code !== 0) throw new Error(`the password was not changed: error ${code}`);
}

/** Under 127 bytes. */
function compact(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(bytes.length + 1), bytes]);
}

async function exchange(broker: string, request: Buffer): Promise<Buffer> {
  const [host = '', port] = broker.split(':');
  const socket = connect(Number(port), host);
  const size = Buffer.alloc(4);
  size.writeInt32BE(request.length);
  socket.write(Buffer.concat([size, request]));
  let held = Buffer.alloc(0);
  while (held.length < 4 || held.length < 4 + held.readInt32BE()) {
    const [chunk] = await once(socket, 'data');
    held = Buffer.concat([held, chunk]);
  }
  socket.destroy();
  return held.subarray(4);
}
