/** A broker that goes away and comes back with what it had, at the same address. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokerFiles, type RunningBroker, startBroker } from '../../../local/kafka/broker.js';
import { supervise } from '../../../local/kafka/supervise.js';
import { withAdmin } from '../../producer/broker.js';
import { realJavaEngine } from '../../producer/java-brokers.js';

export interface RestartableBroker extends RunningBroker {
  /** Kills it, and keeps its data. */
  stop(): Promise<void>;
  /** Starts it again, and waits until it answers. */
  start(): Promise<void>;
  /** Stops it for good. */
  end(): Promise<void>;
}

const POLL_MS = 200;

export async function startRestartableBroker(): Promise<RestartableBroker> {
  const java = await realJavaEngine();
  const data = mkdtempSync(join(tmpdir(), 'tavro-restartable-'));
  let firstFiles: BrokerFiles | undefined;
  const plan = (files: BrokerFiles) => {
    firstFiles = files;
    return java.plan(files);
  };
  const first = await startBroker({ ...java, dataDirectory: () => data, plan });
  const files = firstFiles;
  if (files === undefined) throw new Error('started without a plan');
  let running: Pick<RunningBroker, 'stop'> = first;
  return {
    ...first,
    stop: () => running.stop(),
    async start() {
      const directory = mkdtempSync(join(tmpdir(), 'tavro-kafka-'));
      const propertiesFile = join(directory, 'server.properties');
      writeFileSync(propertiesFile, files.properties);
      const { commands } = java.plan({ ...files, directory, propertiesFile });
      // Its storage is formatted already.
      running = supervise(directory, { commands: commands.slice(1) });
      const isThere = () => withAdmin(first.plaintext, (admin) => admin.describeCluster());
      while (!(await isThere().catch(() => undefined))) await sleep(POLL_MS);
    },
    async end() {
      await running.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
