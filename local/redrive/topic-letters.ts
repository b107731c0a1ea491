import { documentOf, type LetterDocument } from '../../codegen/decode/letters.js';
import type { FetchedBatch, FetchedRecord, Source, Subscription } from '../../consumer/index.js';
import { causeInHeaders, type LetterHeader, ownHeaders } from '../../runtime/dead-letter/cause.js';
import { DeadLetterError } from '../../runtime/dead-letter/error.js';
import type { OpenedLetter } from '../../runtime/dead-letter/letter.js';
import { letterCause } from '../../runtime/dead-letter/read.js';
import { failed, type LetterSource, type NotTakenOut, reasonOf } from './source.js';

export interface TopicLettersOptions {
  readonly topic: string;
  /** A member of the group whose offsets say what was sent. */
  readonly source: Source;
  /** Where each partition ends now: what comes later is not looked at. */
  readonly ends: () => Promise<ReadonlyMap<number, bigint>>;
  /** How long nothing may come until that is taken for the end, in milliseconds. */
  readonly quietMs?: number;
}

const QUIET_MS = 5_000;
const RECORDS_AT_A_TIME = 500;

/** Nobody shares the group: where another redrive does, its commits are refused, and letters come twice. */
const ALONE: Omit<Subscription, 'topics'> = {
  onAssigned: () => {},
  onRevoked: async () => {},
  onLost: () => {},
  onState: () => {},
};

/** What was read of a partition, in order, and how far it is committed. */
interface Lane {
  readonly read: { readonly offset: bigint; readonly document: LetterDocument }[];
  committed: number;
}

/**
 * The records of a topic of dead letters that the group has not committed. A topic is a sequence: the group
 * comes as far as all was sent, and what was sent behind a letter that was not comes again. A record
 * that is no dead letter is passed over.
 */
export function topicLetters(options: TopicLettersOptions): LetterSource {
  return new TopicLetters(options);
}

class TopicLetters implements LetterSource {
  readonly name: string;
  private readonly options: TopicLettersOptions;
  private readonly lanes = new Map<number, Lane>();
  private readonly done = new WeakSet<LetterDocument>();

  constructor(options: TopicLettersOptions) {
    this.options = options;
    this.name = `topic ${options.topic}`;
  }

  async *read(): AsyncGenerator<LetterDocument> {
    const { source, topic, quietMs = QUIET_MS } = this.options;
    try {
      const open = new Map([...(await this.options.ends())].filter(([, end]) => end > 0n));
      if (open.size > 0) await source.subscribe({ topics: [topic], ...ALONE });
      while (open.size > 0) {
        const batch = await source.poll({ maxRecords: RECORDS_AT_A_TIME, waitMs: quietMs });
        if (batch === undefined) return;
        yield* this.documents(batch, open);
        const last = batch.records.at(-1)?.offset ?? 0n;
        source.readFrom({ topic, partition: batch.partition, offset: last + 1n });
      }
    } catch (cause) {
      throw failed(`${this.name} cannot be read`, cause);
    }
  }

  async takeOut(sent: readonly LetterDocument[]): Promise<readonly NotTakenOut[]> {
    for (const document of sent) this.done.add(document);
    const failures: NotTakenOut[] = [];
    for (const [partition, lane] of this.lanes) {
      const open = lane.read.findIndex(({ document }) => !this.isSettled(document));
      const end = open < 0 ? lane.read.length : open;
      const last = lane.read[end - 1];
      if (last === undefined || end <= lane.committed) continue;
      try {
        const { source, topic } = this.options;
        await source.commit([{ topic, partition, offset: last.offset + 1n }]);
        lane.committed = end;
      } catch (cause) {
        failures.push({ document: last.document, why: reasonOf(cause) });
      }
    }
    return failures;
  }

  close(): Promise<void> {
    return this.options.source.close();
  }

  /** Its records up to where the partition ended: then it is not `open` any more. */
  private *documents({ partition, records }: FetchedBatch, open: Map<number, bigint>) {
    const end = open.get(partition) ?? 0n;
    const lane = this.lanes.get(partition) ?? { read: [], committed: 0 };
    this.lanes.set(partition, lane);
    for (const record of records) {
      if (record.offset >= end) break;
      const name = `${this.options.topic}-${partition}@${record.offset}`;
      const document = letterOf(record, name);
      lane.read.push({ offset: record.offset, document });
      yield document;
    }
    if ((records.at(-1)?.offset ?? 0n) >= end - 1n) open.delete(partition);
  }

  private isSettled(document: LetterDocument): boolean {
    return this.done.has(document) || document.letters.length === 0;
  }
}

/** A record of `deadLetterTopic`, or what Lambda writes to a topic of a batch that it gave up. */
function letterOf(record: FetchedRecord, name: string): LetterDocument {
  const headers: LetterHeader[] = record.headers.map(([header, value]) => ({
    name: header,
    value,
  }));
  const cause = causeInHeaders(headers);
  if (cause.topic === undefined) {
    const found = documentOf(Buffer.from(record.value ?? []).toString('utf8'), name);
    if (found.problem === undefined) return found;
    const problem = `${name}: no dead letter: it has no headers tavro.cause.…, and is no record of Lambda's on-failure destination.`;
    return { name, letters: [], problem };
  }
  try {
    return { name, letters: [opened(record, headers, letterCause(cause, 'tavro.cause'))] };
  } catch (error) {
    if (!(error instanceof DeadLetterError)) throw error;
    return { name, letters: [], problem: `${name}: ${error.message}` };
  }
}

function opened(
  { key, value }: FetchedRecord,
  headers: readonly LetterHeader[],
  cause: OpenedLetter['cause'],
): OpenedLetter {
  const id = `${cause.topic}-${cause.partition}@${cause.offset}`;
  return { id, cause, record: { key, value, headers: ownHeaders(headers) } };
}
