import { ProducerError } from '../errors.js';
import type { ConfluentClient } from './client.js';

/** A client, and who has need of it. */
export interface Held {
  readonly opening: Promise<ConfluentClient>;
  /** {@link opening}, once it is open. */
  client: ConfluentClient | undefined;
  /** Those of which it was given messages. */
  readonly partitions: Set<string>;
  users: number;
  isRetired: boolean;
  /** Once it is retired and has ended. */
  readonly gone: Promise<void>;
  readonly end: () => Promise<void>;
}

/**
 * The client in use, and retired ones, which end when all that was given to them is settled.
 *
 * librdkafka goes on sending what it has, and cannot be told to drop a part of it. So where the fate
 * of a message stays unknown its client is retired, and a partition goes to the next client only when
 * the one before is {@link Held.gone}: what comes later is never stored before what it still has.
 */
export class Clients {
  private readonly open: () => Promise<ConfluentClient>;
  private current: Held | undefined;
  private readonly retired = new Set<Held>();
  private isClosed = false;

  constructor(open: () => Promise<ConfluentClient>) {
    this.open = open;
  }

  /** @throws ProducerError `CLOSED` */
  acquire(): Held {
    if (this.isClosed) throw new ProducerError('CLOSED', 'The producer is closed.');
    this.current ??= hold(this.open());
    this.current.users++;
    return this.current;
  }

  release(held: Held): void {
    held.users--;
    if (held.isRetired && held.users === 0) void this.end(held);
  }

  /** No new batch is given to it, and it ends with the last that is under way. */
  retire(held: Held): void {
    if (held.isRetired) return;
    held.isRetired = true;
    this.retired.add(held);
    if (this.current === held) this.current = undefined;
    if (held.users === 0) void this.end(held);
  }

  /** What a partition has to wait for before it may go to the client in use. */
  before(partition: string): Promise<void> | undefined {
    for (const held of this.retired) if (held.partitions.has(partition)) return held.gone;
    return undefined;
  }

  /** Ends all of them, with what is under way. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.current !== undefined) this.retire(this.current);
    await Promise.all([...this.retired].map((held) => this.end(held)));
  }

  private async end(held: Held): Promise<void> {
    await held.end();
    this.retired.delete(held);
  }
}

function hold(opening: Promise<ConfluentClient>): Held {
  let isGone: () => void = () => {};
  const gone = new Promise<void>((resolve) => {
    isGone = resolve;
  });
  let ending: Promise<void> | undefined;
  const end = async () => {
    const client = await opening.catch(() => undefined);
    await client?.end();
    isGone();
  };
  const held: Held = {
    opening,
    client: undefined,
    partitions: new Set(),
    users: 0,
    isRetired: false,
    gone,
    end: () => {
      ending ??= end();
      return ending;
    },
  };
  opening.then(
    (client) => {
      held.client = client;
    },
    // Told to each who waits for it.
    () => undefined,
  );
  return held;
}
