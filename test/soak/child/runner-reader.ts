/** See ../runner-throughput.ts: reads the whole topic with one side, and prints what that took. */
import avsc from 'avsc';
import { Kafka, logLevel } from 'kafkajs';
import { jsonLogger, on, runConsumer } from '../../../consumer/index.js';
import { createRegistry } from '../../../runtime/index.js';
import { providePeer } from '../../chaos/peers.js';
import { UserClickCodec } from '../../frozen/generated/com/mycompany/events/UserClick.js';
import { userClicksAvro } from '../../frozen/generated/topics.js';
import { SCHEMA_IDS, secondSchema } from '../runner-events.js';
import { sourcesOf } from '../runner-sources.js';
import { type Figures, PLAIN, type ReaderTask } from '../runner-throughput.js';

/** The least that two records say: a decoder that gives nothing is not quick. */
interface Click {
  readonly user_id: string;
  readonly url: string;
}

const FRAME_BYTES = 5;

// Written by runner-throughput.ts.
const task = JSON.parse(process.argv[2] ?? '') as ReaderTask;

/** Counts from the first record to the last one. */
class Meter {
  readonly ended: Promise<Figures>;
  private count = 0;
  private startMs = 0;
  private cpu = process.cpuUsage();
  private end: (figures: Figures) => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  take({ user_id, url }: Click): void {
    if (user_id === '' || url === '') throw new Error('a click without its fields');
    if (this.count === 0) {
      this.startMs = performance.now();
      this.cpu = process.cpuUsage();
    }
    this.count++;
    if (this.count !== task.events) return;
    const { user, system } = process.cpuUsage(this.cpu);
    const wallMs = performance.now() - this.startMs;
    this.end({ wallMs, cpuMs: (user + system) / 1_000 });
  }
}

async function ours(meter: Meter): Promise<Figures> {
  await providePeer(task.side);
  const consumer = runConsumer({
    kafka: sourcesOf(task.side)({ brokers: task.brokers }),
    group: task.group,
    registry: createRegistry({ url: task.registryUrl }),
    logger: jsonLogger({ level: 'WARN', write: (line) => process.stderr.write(`${line}\n`) }),
    routes: [on(userClicksAvro, (click) => meter.take(click))],
  });
  const figures = await Promise.race([meter.ended, consumer.done.then(never)]);
  await consumer.stop();
  return figures;
}

function never(): never {
  throw new Error('it stopped before the end');
}

/** kafkajs by its manual: commits after each batch, and avsc for the values. */
async function plain(meter: Meter): Promise<Figures> {
  const types = new Map<number, avsc.Type>([
    [SCHEMA_IDS.first, avsc.Type.forSchema(JSON.parse(UserClickCodec.schema))],
    [SCHEMA_IDS.second, avsc.Type.forSchema(JSON.parse(secondSchema()))],
  ]);
  const kafka = new Kafka({ brokers: [...task.brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: task.group });
  const crashed = new Promise<never>((_, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
  });
  await consumer.connect();
  await consumer.subscribe({ topic: userClicksAvro.name, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, heartbeat }) => {
      const { topic, partition } = batch;
      for (const { value } of batch.messages) {
        if (value === null || value[0] !== 0) throw new Error('no Confluent frame');
        const type = types.get(value.readUInt32BE(1));
        meter.take(type?.fromBuffer(value.subarray(FRAME_BYTES)));
      }
      const offset = String(BigInt(batch.lastOffset()) + 1n);
      await consumer.commitOffsets([{ topic, partition, offset }]);
      await heartbeat();
    },
  });
  const figures = await Promise.race([meter.ended, crashed]);
  await consumer.disconnect();
  return figures;
}

const figures = await (task.side === PLAIN ? plain : ours)(new Meter());
process.stdout.write(`${JSON.stringify(figures)}\n`);
