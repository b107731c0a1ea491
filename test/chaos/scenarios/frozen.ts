import { setTimeout as sleep } from 'node:timers/promises';
import { CUTS } from '../../producer/kafka-proxy.js';
import { startSendingProcess } from '../process.js';
import { runOrdeal, type Scenario } from '../run.js';
import { single } from './shapes.js';

/** The producer's process is stopped, its connections are cut, and it is continued. */
export const frozen: Scenario = {
  name: 'frozen',
  cluster: 'one',
  run(context) {
    const { cluster, weather, draws, short, transport } = context;
    let signal: (name: NodeJS.Signals) => void = () => undefined;
    return runOrdeal(context, {
      topic: single(6),
      sender(topic) {
        const started = startSendingProcess({ transport, brokers: cluster.proxied, topic });
        signal = started.signal;
        return started.sender;
      },
      async harm({ untilAcknowledged }) {
        const all = [0, 1, 2, 3, 4, 5];
        await untilAcknowledged(all);
        let times = 0;
        for (; times < (short ? 3 : 20); times++) {
          await sleep(draws.whole(100, 800));
          signal('SIGSTOP');
          await sleep(draws.whole(100, 1_500));
          weather.cut(draws.pick(CUTS));
          await sleep(draws.whole(100, 1_500));
          signal('SIGCONT');
          await untilAcknowledged(all);
        }
        return [`${times} times`];
      },
    });
  },
};
