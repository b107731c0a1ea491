/** A cluster whose brokers come and go: one that is also the controller, and others beside it. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { type BrokerFiles, type RunningBroker, startBroker } from '../../local/kafka/broker.js';
import { createTopic } from '../../local/kafka/client.js';
import { printProperties } from '../../local/kafka/properties.js';
import { supervise } from '../../local/kafka/supervise.js';
import { uniqueName } from '../kafka-broker.js';
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
  /** A new topic with a partition for each number, which is the broker that has it. */
  topicOn(brokers: readonly number[]): Promise<string>;
  /** Settles when nobody leads a partition any more. */
  untilLeaderless(topic: string, partition: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<TestCluster> {
  const java = await realJavaEngine();
  const data = mkdtempSync(join(tmpdir(), 'tavro-cluster-'));
  const formatted = new Set<number>();
  let firstFiles: BrokerFiles | undefined;
  const plan = (files: BrokerFiles) => {
    firstFiles = files;
    // How long a broker that was killed counts as there: brokers are not stopped gently here.
    const soon = printProperties({ 'broker.session.timeout.ms': '3000' });
    appendFileSync(files.propertiesFile, soon);
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
    async topicOn(brokers) {
      const topic = uniqueName('producer');
      const replicaAssignment = brokers.map((id, partition) => ({ partition, replicas: [id] }));
      await until(first.plaintext, async (admin) => {
        await createTopic(admin, { topic, replicaAssignment });
        return true;
      });
      return topic;
    },
    untilLeaderless: (topic, partition) =>
      until(first.plaintext, async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        const found = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition);
        return found !== undefined && found.leader < 0;
      }),
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
    'broker.heartbeat.interval.ms': '500',
  });
}

function untilSeen(brokers: string, { id, port }: Node): Promise<void> {
  return until(brokers, async (admin) => {
    const { brokers: seen } = await admin.describeCluster();
    return seen.some((one) => one.nodeId === id && one.port === port);
  });
}

async function move(brokers: string, topic: string, id: number): Promise<void> {
  const partitionAssignment = [{ partition: 0, replicas: [id] }];
  await until(brokers, async (admin) => {
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
    return true;
  });
  await until(brokers, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const [partition] = topics[0]?.partitions ?? [];
    return partition?.leader === id && partition.replicas.length === 1;
  });
}

/**
 * Asks until it is so; the test's own time-out is the limit. kafkajs may ask a broker that is gone,
 * which is no answer.
 */
async function until(brokers: string, isSo: (admin: Admin) => Promise<boolean>): Promise<void> {
  while (!(await withAdmin(brokers, isSo).catch(() => false))) await sleep(POLL_MS);
}
