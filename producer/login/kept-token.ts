import type { Clock } from '../clock.js';
import type { KafkaToken, LoginRequest } from '../kafka-connection.js';

/**
 * Takes one token for many logins, until half of its life is gone or a broker refused it: a session
 * lasts no longer than its token, so that an old one would soon want another. Logins close together
 * share one request. One whose end is not known is taken once.
 */
export function keepToken(
  fetchToken: () => Promise<KafkaToken>,
  clock: Clock,
): (request: LoginRequest) => Promise<KafkaToken> {
  let kept: { readonly token: KafkaToken; readonly untilMs: number } | undefined;
  let asking: Promise<KafkaToken> | undefined;
  const ask = async () => {
    const startMs = clock.now();
    const token = await fetchToken();
    const lifeMs = (token.expiresAtMs ?? startMs) - startMs;
    kept = { token, untilMs: startMs + lifeMs / 2 };
    return token;
  };
  return async ({ refused }) => {
    if (!refused && kept !== undefined && clock.now() < kept.untilMs) return kept.token;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
