import type { KafkaToken } from '../../producer/index.js';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token without a signature, as Kafka's own validator takes them (RFC 7515, appendix A.5). */
export function unsecuredToken(sub: string, lifeMs: number): KafkaToken {
  const nowMs = Date.now();
  const expiresAtMs = nowMs + lifeMs;
  // One that is over began before it ended.
  const iat = Math.min(nowMs, expiresAtMs - 1_000) / 1_000;
  const claims = { sub, iat, exp: expiresAtMs / 1_000 };
  return { token: `${part({ alg: 'none' })}.${part(claims)}.`, expiresAtMs };
}
