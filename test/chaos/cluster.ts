/** Brokers to do harm to: each is its own controller, and is reached by a proxy or directly. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import type { BrokerEngine, BrokerFiles } from '../../local/kafka/broker.js';
import { createTopic } from '../../local/kafka/client.js';
import { printProperties } from '../../local/kafka/properties.js';
import { type Supervised, supervise } from '../../local/kafka/supervise.js';
import { uniqueName } from '../kafka-broker.js';
import { withAdmin } from '../producer/broker.js';
import { realJavaEngine } from '../producer/java-brokers.js';
import { type KafkaProxy, startKafkaProxy } from '../producer/kafka-proxy.js';
import { steadyPort } from './ports.js';
import { until } from './waiting.js';
import { Weather } from './weather.js';

/** How long a broker that was killed counts as there; Kafka's default is 9 s. */
export const SESSION_MS = 3_000;
export const USER = 'tavro';

export interface ClusterOptions {
  readonly brokers: number;
  /** Whether the proxied listener asks for a login. @default false */
  readonly login?: boolean;
  /** Where each broker's data is, by its number. @default a directory in /tmp */
  readonly dataDirectory?: (id: number) => string;
  /** More lines of `server.properties`. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface NewTopic {
  /** The brokers of each partition, its first leader first. */
  readonly replicas: readonly (readonly number[])[];
  readonly minInSync?: number;
}

export type PartitionInfo = {
  readonly id: number;
  readonly leader: number;
  readonly inSync: readonly number[];
  /** How many it should have in sync. */
  readonly replicas: number;
};

export class ChaosCluster {
  readonly ids: readonly number[];
  /** What happens to the traffic of the proxies. */
  readonly weather: Weather;
  /** The password of {@link USER}, which scenarios change. */
  currentPassword = randomBytes(12).toString('base64url');
  private readonly nodes: ReadonlyMap<number, Node>;
  private readonly root: string;

  private constructor(
    nodes: readonly Node[],
    { root, weather }: { root: string; weather: Weather },
  ) {
    this.ids = nodes.map(({ id }) => id);
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    this.root = root;
    this.weather = weather;
  }

  static async start(options: ClusterOptions): Promise<ChaosCluster> {
    const engine = await realJavaEngine();
    const root = mkdtempSync(join(tmpdir(), 'tavro-chaos-'));
    const clusterId = `K${randomBytes(16).toString('base64url').slice(1)}`;
    const nodes: Node[] = [];
    const weather = new Weather();
    for (let id = 1; id <= options.brokers; id++) {
      const ports = {
        direct: await steadyPort(),
        proxied: await steadyPort(),
        controller: await steadyPort(),
      };
      const listenOn = await steadyPort();
      const behind = `127.0.0.1:${ports.proxied}`;
      const proxy = await startKafkaProxy(behind, () => weather.answer(), { listenOn });
      weather.over(proxy);
      const data = options.dataDirectory?.(id) ?? join(root, String(id));
      nodes.push({ id, ports, proxy, data, formatted: false, running: undefined });
    }
    const cluster = new ChaosCluster(nodes, { root, weather });
    cluster.plan = (node) => planOf(node, { nodes, engine, clusterId, options, cluster });
    await Promise.all(cluster.ids.map((id) => cluster.startBroker(id)));
    return cluster;
  }

  private plan: (node: Node) => Supervised = () => {
    throw new Error('not started');
  };

  /** Addresses that no fault touches. */
  get direct(): string {
    return [...this.nodes.values()].map(({ ports }) => `127.0.0.1:${ports.direct}`).join(',');
  }

  /** Addresses of the proxies, which the brokers tell their clients. */
  get proxied(): readonly string[] {
    return [...this.nodes.values()].map(({ proxy }) => proxy.address);
  }

  /** Starts a broker with the data that it had, and waits until the others count on it. */
  async startBroker(id: number): Promise<void> {
    const node = this.node(id);
    if (node.running !== undefined) return;
    node.running = this.plan(node);
    node.formatted = true;
    await Promise.race([
      until(`broker ${id} is one of the cluster`, async () => {
        await canConnect(node.ports.direct);
        return withAdmin(`127.0.0.1:${node.ports.direct}`, async (admin) => {
          const { brokers } = await admin.describeCluster();
          return brokers.some(({ nodeId }) => nodeId === id);
        });
      }),
      node.running.ended.then(() => {
        throw new Error(`broker ${id} ended while it started:\n${node.running?.logTail()}`);
      }),
    ]);
  }

  /** Waits until a broker has ended by itself. */
  async ended(id: number): Promise<void> {
    const node = this.node(id);
    await node.running?.ended;
    await node.running?.stop();
    node.running = undefined;
  }

  /** SIGKILL, or SIGTERM, on which it gives its partitions to others. */
  async killBroker(id: number, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.signal(id, signal);
    await this.ended(id);
  }

  signal(id: number, signal: NodeJS.Signals): void {
    process.kill(this.node(id).pid?.() ?? 0, signal);
  }

  async createTopic({ replicas, minInSync = 1 }: NewTopic, name?: string): Promise<string> {
    const topic = name ?? uniqueName('chaos');
    const replicaAssignment = replicas.map((ids, partition) => ({ partition, replicas: [...ids] }));
    const configEntries = [{ name: 'min.insync.replicas', value: String(minInSync) }];
    await this.until(`topic ${topic} is made`, async (admin) => {
      // No failure where it is there: an attempt before may have made it, and its answer got lost.
      await createTopic(admin, { topic, replicaAssignment, configEntries });
      return true;
    });
    return topic;
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.until(`topic ${topic} is deleted`, async (admin) => {
      // It may be deleted where the answer got lost.
      await admin.deleteTopics({ topics: [topic] }).catch(() => undefined);
      return !(await admin.listTopics()).includes(topic);
    });
  }

  async partitions(topic: string): Promise<readonly PartitionInfo[]> {
    return withAdmin(this.direct, (admin) => partitionsOf(admin, topic));
  }

  /** Waits until all partitions are as they should be. */
  async untilPartitions(topic: string, isSo: (one: PartitionInfo) => boolean): Promise<void> {
    await until(`the partitions of ${topic} are as wanted`, async () =>
      (await this.partitions(topic)).every(isSo),
    );
  }

  /** Starts what was stopped, and waits until each partition is led and in sync everywhere. */
  async heal(topic: string): Promise<void> {
    await Promise.all(this.ids.map((id) => this.startBroker(id)));
    await this.until(`all replicas of ${topic} are in sync`, async (admin) =>
      (await partitionsOf(admin, topic)).every(
        ({ leader, inSync, replicas }) => leader >= 0 && inSync.length === replicas,
      ),
    );
  }

  /** Asks until it is so. kafkajs may ask a broker that is gone, which is no answer. */
  until(what: string, isSo: (admin: Admin) => Promise<boolean>): Promise<void> {
    return until(what, () => withAdmin(this.direct, isSo));
  }

  async stop(): Promise<void> {
    for (const { running, proxy } of this.nodes.values()) {
      await running?.stop();
      await proxy.close();
    }
    rmSync(this.root, { recursive: true, force: true });
  }

  private node(id: number): Node {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`there is no broker ${id}`);
    return node;
  }
}

interface Node {
  readonly id: number;
  readonly ports: {
    readonly direct: number;
    readonly proxied: number;
    readonly controller: number;
  };
  readonly proxy: KafkaProxy;
  readonly data: string;
  formatted: boolean;
  running: Supervised | undefined;
  pid?: () => number;
}

interface PlanContext {
  readonly nodes: readonly Node[];
  readonly engine: BrokerEngine;
  readonly clusterId: string;
  readonly options: ClusterOptions;
  readonly cluster: ChaosCluster;
}

/** Tells its process id, which signals are for; the data is kept out of the directory. */
const WITH_PID = 'echo $$ > "$0"; exec "$@"';

function planOf(node: Node, context: PlanContext): Supervised {
  const { engine, clusterId, cluster } = context;
  const directory = mkdtempSync(join(tmpdir(), 'tavro-kafka-'));
  const propertiesFile = join(directory, 'server.properties');
  const properties = printProperties(propertiesOf(node, context));
  writeFileSync(propertiesFile, properties);
  mkdirSync(node.data, { recursive: true });
  const files: BrokerFiles = {
    clusterId,
    user: { username: USER, password: cluster.currentPassword },
    directory,
    properties,
    propertiesFile,
    ports: { plaintext: node.ports.direct, saslSsl: 0, controller: node.ports.controller },
  };
  const pidFile = join(directory, 'pid');
  const commands = engine.plan(files).commands.map(({ command, args }) => ({
    command: '/bin/sh',
    args: ['-c', WITH_PID, pidFile, command, ...args],
  }));
  node.pid = () => Number(readFileSync(pidFile, 'utf8'));
  return supervise(directory, { commands: commands.slice(node.formatted ? 1 : 0) });
}

function propertiesOf(node: Node, { nodes, options }: PlanContext): Record<string, string> {
  const { direct, proxied, controller } = node.ports;
  const voters = nodes.map(({ id, ports }) => `${id}@127.0.0.1:${ports.controller}`);
  const plain = `PLAINTEXT://127.0.0.1:${direct}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': voters.join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `${plain},PROXIED://127.0.0.1:${proxied},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `${plain},PROXIED://${node.proxy.address}`,
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:${options.login ? 'SASL_PLAINTEXT' : 'PLAINTEXT'}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.proxied.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'log.dirs': node.data,
    'auto.create.topics.enable': 'false',
    'broker.session.timeout.ms': String(SESSION_MS),
    'broker.heartbeat.interval.ms': '500',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': String(options.brokers),
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': String(options.brokers),
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    ...options.properties,
  };
}

async function partitionsOf(admin: Admin, topic: string): Promise<readonly PartitionInfo[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const found = topics[0]?.partitions ?? [];
  return found
    .map(({ partitionId: id, leader, isr: inSync, replicas }) => {
      return { id, leader, inSync, replicas: replicas.length };
    })
    .sort((a, b) => a.id - b.id);
}

async function canConnect(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
