/** A cluster whose brokers come and go: one that is also the controller, and others beside it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokerFiles, type RunningBroker, startBroker } from '../../local/kafka/broker.js';
import { printProperties } from '../../local/kafka/properties.js';
import { supervise } from '../../local/kafka/supervise.js';
import { withAdmin } from './broker.js';
import { realJavaEngine } from './java-brokers.js';

const POLL_MS = 100;

export interface TestCluster {
  /** The first broker, number 1, which is there until the end. */
  readonly first: RunningBroker;
  /** Starts broker `id`, with the data that it had; answers how to stop it. */
  start(id: number, port: number): Promise<() => Promise<void>>;
  /** Makes broker `id` the only one with the topic, and so its leader. */
  move(topic: string, id: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<TestCluster> {
  const java = await realJavaEngine();
  const data = mkdtempSync(join(tmpdir(), 'tavro-cluster-'));
  const formatted = new Set<number>();
  let firstFiles: BrokerFiles | undefined;
  const plan = (files: BrokerFiles) => {
    firstFiles = files;
    return java.plan(files);
  };
  const first = await startBroker({ ...java, plan });
  const files = firstFiles;
  if (files === undefined) throw new Error('started without a plan');
  return {
    first,
    async start(id, port) {
      const directory = mkdtempSync(join(tmpdir(), 'tavro-kafka-'));
      const propertiesFile = join(directory, 'server.properties');
      const { controller } = files.ports;
      const properties = nodeProperties({ id, port, controller, data: join(data, String(id)) });
      writeFileSync(propertiesFile, properties);
      const { commands } = java.plan({ ...files, directory, properties, propertiesFile });
      const node = supervise(directory, { commands: commands.slice(formatted.has(id) ? 1 : 0) });
      formatted.add(id);
      await untilSeen(first.plaintext, { id, port });
      return node.stop;
    },
    move: (topic, id) => move(first.plaintext, topic, id),
    async stop() {
      await first.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

interface Node {
  readonly id: number;
  readonly port: number;
}

function nodeProperties(
  node: Node & { readonly controller: number; readonly data: string },
): string {
  return printProperties({
    'process.roles': 'broker',
    'node.id': String(node.id),
    'controller.quorum.voters': `1@127.0.0.1:${node.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${node.port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': node.data,
  });
}

/** The test's own time-out is the limit. */
async function untilSeen(brokers: string, { id, port }: Node): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    for (;;) {
      const { brokers: seen } = await admin.describeCluster();
      if (seen.some((one) => one.nodeId === id && one.port === port)) return;
      await sleep(POLL_MS);
    }
  });
}

async function move(brokers: string, topic: string, id: number): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    const partitionAssignment = [{ partition: 0, replicas: [id] }];
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
    for (;;) {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      if (topics[0]?.partitions[0]?.leader === id) return;
      await sleep(POLL_MS);
    }
  });
}
