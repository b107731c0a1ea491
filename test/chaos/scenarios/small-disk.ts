import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ballastFile } from '../clusters.js';
import { runOrdeal, type Scenario } from '../run.js';
import { seconds, single } from './shapes.js';

/** The disk fills up, on which the broker ends; it is started again when there is room. */
export const diskFull: Scenario = {
  name: 'disk-full',
  cluster: 'small disk',
  run: (context) =>
    runOrdeal(context, {
      topic: single(6),
      via: 'direct',
      async harm({ untilAcknowledged }) {
        await sleep(1_000);
        const fromMs = Date.now();
        const ballast = ballastFile();
        fill(ballast);
        await context.cluster.ended(1);
        const endedMs = Date.now();
        rmSync(ballast);
        await context.cluster.startBroker(1);
        await untilAcknowledged([0, 1, 2, 3, 4, 5]);
        return [
          `the broker ended ${seconds(endedMs - fromMs)} after its disk was full; all partitions ` +
            `acknowledged ${seconds(Date.now() - endedMs)} after there was room`,
        ];
      },
    }),
};

/** Writes until there is no room. */
function fill(file: string): void {
  const open = openSync(file, 'w');
  const block = Buffer.alloc(65_536);
  try {
    for (;;) writeSync(open, block);
  } catch {
    // No room, as it should be.
  } finally {
    closeSync(open);
  }
}
