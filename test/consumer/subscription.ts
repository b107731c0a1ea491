import type { Subscription } from '../../consumer/index.js';

/** To topics, by one who looks only at what it polls. */
export function subscription(
  topics: readonly string[],
  more: Partial<Subscription> = {},
): Subscription {
  return {
    topics,
    onAssigned: () => {},
    onRevoked: async () => {},
    onLost: () => {},
    onState: () => {},
    ...more,
  };
}
