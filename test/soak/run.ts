/** One policy: consuming under kills until the group is through, then the accounting. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosCluster } from '../chaos/cluster.js';
import type { Draws } from '../chaos/draws.js';
import { withAdmin } from '../producer/broker.js';
import { type Account, account } from './accounting.js';
import type { StoredEvent } from './events.js';
import { type Entry, openJournal, readEntries } from './journal.js';
import { readLetters } from './letters.js';
import type { Policy } from './policies.js';
import { BATCH_SIZE, Consuming } from './process.js';

export interface RunContext {
  readonly cluster: ChaosCluster;
  readonly topic: string;
  readonly events: readonly StoredEvent[];
  readonly draws: Draws;
  readonly kills: number;
}

export interface Ran {
  readonly policy: string;
  readonly kills: number;
  readonly seconds: number;
  readonly account: Account;
}

const LOOK_MS = 20;
/** How often the broker is asked how far the group has come, in milliseconds. */
const ASK_MS = 1_000;
/** A consumer that does nothing for so long has failed, in milliseconds. */
const STALLED_MS = 120_000;
/** Kills come within so many milliseconds of their moment. */
const KILL_WITHIN_MS = 60;

export async function runPolicy(policy: Policy, context: RunContext): Promise<Ran> {
  const { cluster, topic, events, kills } = context;
  const startMs = Date.now();
  const letters = await cluster.createTopic({ replicas: [[1]] });
  const directory = mkdtempSync(join(tmpdir(), 'tavro-soak-'));
  const file = join(directory, 'journal');
  openJournal(file).close();
  const tail = new Tail(file);
  const group = `soak-${policy.name}`;
  const consuming = new Consuming({
    ...{ brokers: cluster.direct, topic, group, letters },
    ...{ policy: policy.name, journal: file },
  });
  try {
    await consume({ consuming, tail, group, context });
    await consuming.stop();
  } finally {
    await consuming.kill();
    tail.close();
    rmSync(directory, { recursive: true, force: true });
  }
  const found = account({
    ...{ events, policy, batchSize: BATCH_SIZE, entries: tail.entries },
    letters: await readLetters(cluster.direct, letters),
  });
  const seconds = Math.round((Date.now() - startMs) / 1_000);
  return { policy: policy.name, kills, seconds, account: found };
}

interface Underway {
  readonly consuming: Consuming;
  readonly tail: Tail;
  readonly group: string;
  readonly context: RunContext;
}

async function consume({ consuming, tail, group, context }: Underway): Promise<void> {
  const { cluster, topic, events, draws, kills } = context;
  const moments = Array.from({ length: kills }, () => draws.whole(0, events.length - 1));
  moments.sort((a, b) => a - b);
  const ends = endsOf(events);
  let askedMs = Date.now();
  for (;;) {
    await sleep(LOOK_MS);
    consuming.check();
    tail.read();
    const [moment] = moments;
    if (moment !== undefined && tail.committed >= moment) {
      moments.shift();
      await sleep(draws.whole(0, KILL_WITHIN_MS));
      await consuming.killAndStart();
    }
    if (tail.idleMs > STALLED_MS)
      throw new Error(`nothing new for ${STALLED_MS / 1_000} s at ${tail.committed} committed`);
    if (Date.now() - askedMs < ASK_MS) continue;
    askedMs = Date.now();
    if (moments.length === 0 && (await isThrough(cluster.direct, { topic, group, ends }))) break;
  }
}

/** By partition: the offset behind the last event. */
function endsOf(events: readonly StoredEvent[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  for (const { partition, offset } of events)
    ends.set(partition, Math.max(offset + 1, ends.get(partition) ?? 0));
  return ends;
}

interface Wanted {
  readonly topic: string;
  readonly group: string;
  readonly ends: ReadonlyMap<number, number>;
}

/** Asks the broker: what a process committed last it may not have lived to write down. */
async function isThrough(brokers: string, { topic, group, ends }: Wanted): Promise<boolean> {
  const offsets = await withAdmin(brokers, (admin) =>
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  );
  const committed = new Map(
    offsets.flatMap(({ partitions }) => partitions.map((one) => [one.partition, +one.offset])),
  );
  return [...ends].every(([partition, end]) => committed.get(partition) === end);
}

/** Reads a journal while it is written. */
class Tail {
  readonly entries: Entry[] = [];
  private readonly file: number;
  private readonly chunk = Buffer.alloc(1 << 20);
  private position = 0;
  private readonly ends = new Map<number, number>();
  private movedMs = Date.now();

  constructor(file: string) {
    this.file = openSync(file, 'r');
  }

  /** Events that are committed. */
  get committed(): number {
    return [...this.ends.values()].reduce((sum, end) => sum + end, 0);
  }

  get idleMs(): number {
    return Date.now() - this.movedMs;
  }

  read(): void {
    for (;;) {
      const length = readSync(this.file, this.chunk, 0, this.chunk.length, this.position);
      // What is behind the last line break is read again, once there is one.
      const whole = this.chunk.subarray(0, length).lastIndexOf(0x0a) + 1;
      if (whole === 0) return;
      this.position += whole;
      this.movedMs = Date.now();
      for (const entry of readEntries(this.chunk.toString('utf8', 0, whole))) {
        this.entries.push(entry);
        if (entry.did === 'committed') this.ends.set(entry.partition, entry.offset);
      }
    }
  }

  /** Takes what came last. */
  close(): void {
    this.read();
    closeSync(this.file);
  }
}
