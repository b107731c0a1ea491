/** One scenario: a group of its own reads the whole topic under harm, then the accounting. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { counted } from '../../runtime/words.js';
import type { ChaosCluster } from '../chaos/cluster.js';
import type { Draws } from '../chaos/draws.js';
import { forgetWaits, tellWaits, until } from '../chaos/waiting.js';
import { userClicksAvro } from '../frozen/generated/topics.js';
import { uniqueName } from '../kafka-broker.js';
import { withAdmin } from '../producer/broker.js';
import { type Account, account, WRONGS } from './runner-accounting.js';
import { eventsOfPartition, PARTITIONS } from './runner-events.js';
import { type HandlerTask, Member, type MemberTask } from './runner-member.js';
import type { Registry } from './runner-registry.js';

/** Stops what hangs: one scenario may take so long, in milliseconds. */
const TIMEOUT_MS = { short: 240_000, full: 1_200_000 };
export const MEMBERS = 3;
const MAX_RECORDS = 500;
/** After how long a killed member's partitions go to others: the least that brokers take, in milliseconds. */
export const SESSION_MS = 6_000;
/** Members end within it, and 5 s for leaving, in milliseconds. */
const STOP_MS = 20_000;
/** Records of a partition between two pauses of its handler. */
const BETWEEN_PAUSES = 100;
const POLL_MS = 200;
/** How often the group is asked what it has committed, in milliseconds. */
const COMMITTED_POLL_MS = 1_000;

export interface Scenario {
  readonly name: string;
  /** Whether the short run has no time for it. */
  readonly onlyFull?: boolean;
  /** How long handling takes at least, in seconds, so that harm finds something under way. @default as long as it takes */
  readonly seconds?: { readonly short: number; readonly full: number };
  readonly handler?: Partial<HandlerTask>;
  /** Does harm while records are handled. Answers notes. */
  harm?(trial: Trial): Promise<readonly string[]>;
}

export interface Setting {
  readonly cluster: ChaosCluster;
  readonly registry: Registry;
  readonly transport: string;
  readonly events: number;
  readonly short: boolean;
  readonly draws: Draws;
}

export interface Outcome extends Account {
  readonly maxRecords: number;
  readonly notes: readonly string[];
}

export async function runTrial(setting: Setting, scenario: Scenario): Promise<Outcome> {
  const trial = new Trial(setting, scenario);
  let isFine = false;
  try {
    for (let n = 0; n < MEMBERS; n++) trial.join();
    const notes = await trial.watched(scenario.harm?.(trial) ?? Promise.resolve([]));
    const committed = await trial.watched(trial.allCommitted());
    await Promise.all(trial.active.map((member) => member.stop()));
    const ends = trial.ends;
    const works = trial.members.map(({ work }) => work);
    const found = account({ ends, committed, members: works, maxRecords: MAX_RECORDS });
    isFine = WRONGS.every((wrong) => found.wrongs[wrong] === 0);
    return { ...found, maxRecords: MAX_RECORDS, notes: [...notes, ...trial.notes] };
  } finally {
    await trial.end(isFine);
  }
}

export class Trial {
  readonly setting: Setting;
  /** All that were started. */
  readonly members: Member[] = [];
  /** Of each partition. */
  readonly ends: readonly number[];
  private readonly task: Omit<MemberTask, 'journal'>;
  private readonly directory = mkdtempSync(join(tmpdir(), 'tavro-runner-'));
  private readonly untilMs: number;
  private isOver = false;

  constructor(setting: Setting, { seconds, handler }: Scenario) {
    const { cluster, registry, transport, events, short } = setting;
    const each = eventsOfPartition(events);
    forgetWaits();
    this.setting = setting;
    this.untilMs = Date.now() + (short ? TIMEOUT_MS.short : TIMEOUT_MS.full);
    this.ends = Array.from({ length: PARTITIONS }, () => each);
    const leastMs = 1_000 * (seconds?.[short ? 'short' : 'full'] ?? 0);
    this.task = {
      transport,
      brokers: cluster.direct,
      group: uniqueName('runner'),
      registryUrl: registry.url,
      maxRecords: MAX_RECORDS,
      sessionTimeoutMs: SESSION_MS,
      stopTimeoutMs: STOP_MS,
      handler: {
        pauseMs: Math.round((leastMs * BETWEEN_PAUSES) / each),
        ...{ slowMs: 0, longMs: 0, longAt: Math.floor(each / 4) },
        ...handler,
      },
    };
  }

  get active(): readonly Member[] {
    return this.members.filter(({ isActive }) => isActive);
  }

  /** How much of all was handled, repeats included: 1 is all. */
  get progress(): number {
    const handled = this.members.reduce((sum, member) => sum + member.handled, 0);
    return handled / this.ends.reduce((sum, end) => sum + end, 0);
  }

  join(): void {
    if (this.isOver) throw new Error('the scenario is over');
    const member = new Member(this.task, this.directory, this.members.length);
    this.members.push(member);
  }

  async untilHandled(share: number): Promise<void> {
    const what = `${Math.round(100 * share)} % are handled`;
    await until(what, () => this.progress >= share, POLL_MS);
  }

  /** Waits until somebody handles something more; answers how long it took, in milliseconds. */
  async untilMore(): Promise<number> {
    const startMs = Date.now();
    const before = this.progress;
    await until('more is handled', () => this.progress > before, POLL_MS);
    return Date.now() - startMs;
  }

  /** Waits until the group has committed all that there is; answers what it has. */
  async allCommitted(): Promise<readonly number[]> {
    let committed: readonly number[] = [];
    await this.untilHandled(1);
    await until(
      'all is committed',
      async () => {
        committed = await this.committed();
        return committed.every((offset, partition) => offset === this.ends[partition]);
      },
      COMMITTED_POLL_MS,
    );
    return committed;
  }

  /** The result of work, as long as there is time and no member ends by itself. */
  watched<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.failure()]);
  }

  /** What members told of besides. */
  get notes(): readonly string[] {
    const losses = this.members.reduce((sum, { losses }) => sum + losses, 0);
    return losses === 0 ? [] : [`partitions lost ${counted(losses, 'time')}`];
  }

  /** @param isFine else what members told is kept */
  async end(isFine: boolean): Promise<void> {
    this.isOver = true;
    await Promise.all(this.members.map((member) => member.destroy()));
    if (!isFine) console.error(`  journals and logs of members: ${this.directory}`);
    else rmSync(this.directory, { recursive: true, force: true });
  }

  private async committed(): Promise<readonly number[]> {
    const topics = [userClicksAvro.name];
    const found = await withAdmin(this.setting.cluster.direct, (admin) =>
      admin.fetchOffsets({ groupId: this.task.group, topics }),
    );
    const offsets = this.ends.map(() => 0);
    for (const { partition, offset } of found[0]?.partitions ?? [])
      offsets[partition] = Math.max(0, Number(offset));
    return offsets;
  }

  private async failure(): Promise<never> {
    while (!this.isOver) {
      for (const member of this.members) member.check();
      if (Date.now() > this.untilMs) throw new Error(`took too long; waited for: ${tellWaits()}`);
      await sleep(POLL_MS, undefined, { ref: false });
    }
    throw new Error('the scenario is over');
  }
}
