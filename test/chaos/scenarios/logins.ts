import { setTimeout as sleep } from 'node:timers/promises';
import { changePassword } from '../../producer/scram.js';
import { USER } from '../cluster.js';
import { IDLE_MS } from '../clusters.js';
import { runOrdeal, type Scenario, type ScenarioContext } from '../run.js';
import { single } from './shapes.js';

/** What the producer asks for its credentials. */
function scram({ cluster }: ScenarioContext) {
  const holder = { username: USER, password: cluster.currentPassword };
  const credentials = async () => ({ ...holder });
  return { holder, sasl: { mechanism: 'scram-sha-512', credentials } as const };
}

/** The password changes while messages are sent, and sessions end. */
export const password: Scenario = {
  name: 'password',
  cluster: 'logins',
  run(context) {
    const { cluster, weather, draws, short } = context;
    const { holder, sasl } = scram(context);
    return runOrdeal(context, {
      topic: single(6),
      connection: { sasl },
      // Enough to see gaps; the broker's answers to logins are slow by design.
      load: { keys: 24, underWay: 2 },
      async harm({ untilAcknowledged }) {
        let changes = 0;
        for (; changes < (short ? 2 : 8); changes++) {
          await sleep(draws.whole(500, short ? 1_000 : 8_000));
          const next = { username: USER, password: `password-${draws.whole(0, 1e9)}` };
          await changePassword(cluster.direct, next);
          holder.password = next.password;
          cluster.currentPassword = next.password;
          weather.cut(draws.pick(['close', 'tear']));
          await untilAcknowledged([0, 1, 2, 3, 4, 5]);
        }
        return [`${changes} changes`];
      },
    });
  },
};

/** Sends so seldom that the broker closes the connection between them. */
export const idle: Scenario = {
  name: 'idle',
  cluster: 'logins',
  run: (context) =>
    runOrdeal(context, {
      topic: single(6),
      connection: { sasl: scram(context).sasl },
      load: { keys: 12, underWay: 1, pauseMs: () => IDLE_MS + 1_500 },
      async harm({ untilSent }) {
        await untilSent(12 * (context.short ? 3 : 8));
        return [];
      },
    }),
};
