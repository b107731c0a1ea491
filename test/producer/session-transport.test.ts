import { describe, expect, it } from '@jest/globals';
import type { Outcome, OutgoingMessage } from '../../producer/index.js';
import type { Failure, Session } from '../../producer/session.js';
import { sessionTransport } from '../../producer/session-transport.js';
import { failureOf } from './clicks.js';
import { ManualClock } from './manual-clock.js';

type Verdict = Pick<Failure, 'code' | 'verdict' | 'ambiguous'>;

const LOST_ACK: Verdict = { code: 'UNREACHABLE', verdict: 'retry', ambiguous: true };
const REFUSED: Verdict = { code: 'UNREACHABLE', verdict: 'retry', ambiguous: false };
const TOO_LARGE: Verdict = { code: 'TOO_LARGE', verdict: 'final', ambiguous: false };
const NO_TOPIC: Verdict = { code: 'TOPIC_UNKNOWN', verdict: 'retry', ambiguous: false };
const WRONG_PASSWORD: Verdict = { code: 'AUTHENTICATION', verdict: 'final', ambiguous: false };
const NOT_ALLOWED: Verdict = { code: 'NOT_AUTHORIZED', verdict: 'final', ambiguous: false };
const OUT_OF_ORDER: Verdict = { code: 'BROKER', verdict: 'sequence', ambiguous: false };

class Fault extends Error {
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super('scripted');
    this.verdict = verdict;
  }
}

interface Step {
  readonly session: number;
  readonly partition: number;
  readonly keys: readonly string[];
}

/** What an attempt does: a fault, no answer ever or too late, or (by default) storing the messages. */
type Deed = Verdict | 'hang' | 'late';

const LATE_MS = 20_000;

interface Script {
  connect?: (attempt: number) => Deed | undefined;
  partitions?: (attempt: number) => Deed | undefined;
  send?: (attempt: number, step: Step) => Deed | undefined;
}

/** A transport over sessions that do as the script says, and what they were asked. */
function setUp(script: Script = {}) {
  const clock = new ManualClock();
  const steps: Step[] = [];
  const destroyed: number[] = [];
  const counts = { connect: 0, partitions: 0, send: 0 };
  let opened = 0;
  const ends = new Map<number, bigint>();
  const act = async (deed: Deed | undefined): Promise<void> => {
    if (deed === 'hang') await new Promise(() => {});
    else if (deed === 'late') {
      await new Promise<void>((resolve) => {
        clock.schedule(resolve, LATE_MS);
      });
    } else if (deed !== undefined) throw new Fault(deed);
  };
  const open = (): Session => {
    const session = opened++;
    return {
      connect: () => act(script.connect?.(counts.connect++)),
      async partitions() {
        await act(script.partitions?.(counts.partitions++));
        return [0, 1, 2].map((id) => ({ id, available: id !== 1 }));
      },
      async send({ partition }, messages) {
        const step = { session, partition, keys: messages.map(keyOf) };
        steps.push(step);
        await act(script.send?.(counts.send++, step));
        const base = ends.get(partition) ?? 0n;
        ends.set(partition, base + BigInt(messages.length));
        return { offset: base };
      },
      async close() {
        destroyed.push(session);
      },
      destroy: () => destroyed.push(session),
    };
  };
  const transport = sessionTransport({
    name: 'b-1:9096',
    open,
    classify: (error) =>
      error instanceof Fault
        ? { ...error.verdict, reason: 'scripted', host: 'b-2:9096' }
        : { code: 'BROKER', verdict: 'final', ambiguous: true, reason: String(error) },
    clock,
    random: () => 0.99,
  });
  const timeoutMs = 10_000;
  const send = async (keys: readonly string[], partition = 0) => {
    const to = { topic: 'clicks', partition };
    const sending = transport.send(to, keys.map(message), { timeoutMs });
    await clock.advance(timeoutMs);
    return sending;
  };
  const ask = async () => {
    const asking = transport.partitions('clicks', { timeoutMs });
    const answer = asking.catch((error: unknown) => error);
    await clock.advance(timeoutMs);
    return answer;
  };
  return { transport, clock, send, ask, steps, destroyed, opened: () => opened };
}

function message(key: string): OutgoingMessage {
  return { key: new TextEncoder().encode(key), value: null, headers: [], timestampMs: 0 };
}

const keyOf = ({ key }: OutgoingMessage) => (key === null ? '-' : new TextDecoder().decode(key));
const codes = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ error }) => error?.code ?? 'stored');

describe('a batch', () => {
  it('goes out as one send, and each message has its own offset', async () => {
    const { send, steps } = setUp();
    await send(['a'], 2);
    expect(await send(['b', 'c'], 2)).toEqual([
      { partition: 2, offset: 1n },
      { partition: 2, offset: 2n },
    ]);
    expect(steps).toEqual([
      { session: 0, partition: 2, keys: ['a'] },
      { session: 0, partition: 2, keys: ['b', 'c'] },
    ]);
  });

  it('whose time is up before there is a connection is not sent, then or later', async () => {
    const { send, steps, clock } = setUp({ connect: () => 'late' });
    const [outcome] = await send(['a']);
    expect(outcome?.error).toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
    await clock.advance(LATE_MS);
    expect(steps).toEqual([]);
  });

  it('that fails says where', async () => {
    const { send } = setUp({ send: () => TOO_LARGE });
    const outcomes = await send(['a', 'b'], 2);
    expect(codes(outcomes)).toEqual(['TOO_LARGE', 'TOO_LARGE']);
    expect(outcomes[1]?.error).toMatchObject({
      topic: 'clicks',
      partition: 2,
      host: 'b-2:9096',
      delivered: 'no',
    });
  });
});

describe('after a lost acknowledgement', () => {
  it('the same batch goes out again over the same session', async () => {
    const { send, steps, opened } = setUp({ send: (n) => (n < 3 ? LOST_ACK : undefined) });
    expect(codes(await send(['a', 'b']))).toEqual(['stored', 'stored']);
    expect(steps).toEqual(Array(4).fill({ session: 0, partition: 0, keys: ['a', 'b'] }));
    await send(['c']);
    expect(opened()).toBe(1);
  });

  it.each([
    ['refused', LOST_ACK],
    ['hanging', 'hang'],
  ] as const)('and time running out (%s), no other batch uses the session', async (_, deed) => {
    const { send, steps, destroyed } = setUp({ send: (n) => (n === 0 ? LOST_ACK : deed) });
    const [outcome] = await send(['a']);
    expect(outcome?.error).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown', partition: 0 });
    expect(outcome?.error?.message).toMatch(/the last problem was: scripted.*may have stored it/);
    expect(destroyed).toEqual([0]);
    await send(['b']);
    expect(steps.at(-1)).toEqual({ session: 1, partition: 0, keys: ['b'] });
  });

  it('other partitions finish on the session that is given up, and begin on the next', async () => {
    const { send, steps, destroyed } = setUp({
      send: (_, { keys }) => {
        if (keys[0] === 'hangs') return 'hang';
        return keys[0] === 'b' && steps.length < 6 ? LOST_ACK : undefined;
      },
    });
    const sending = [send(['hangs'], 2), send(['b'], 0)];
    expect((await Promise.all(sending)).flatMap(codes)).toEqual(['TIMED_OUT', 'stored']);
    expect(steps.map(({ session }) => session)).toEqual(steps.map(() => 0));
    expect(destroyed).toEqual([0]);
    await send(['c'], 0);
    expect(steps.at(-1)).toEqual({ session: 1, partition: 0, keys: ['c'] });
  });
});

describe('when nothing can have been stored', () => {
  it('time running out is a plain failure, and the session stays', async () => {
    const { send, opened, destroyed } = setUp({ send: () => REFUSED });
    const [outcome] = await send(['a']);
    expect(outcome?.error).toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
    expect(outcome?.error?.message).not.toMatch(/may have stored/);
    expect([opened(), destroyed]).toEqual([1, []]);
  });

  it('a broker that is back is tried within a second', async () => {
    let isBack = false;
    const { transport, clock } = setUp({ send: () => (isBack ? undefined : REFUSED) });
    const limit = { timeoutMs: 30_000 };
    const sending = transport.send({ topic: 'clicks', partition: 0 }, [message('a')], limit);
    const settledMs = sending.then(() => clock.now());
    await clock.advance(8_000);
    isBack = true;
    const backMs = clock.now();
    await clock.advance(5_000);
    expect(codes(await sending)).toEqual(['stored']);
    expect((await settledMs) - backMs).toBeLessThanOrEqual(1_000);
  });

  it('a sequence error is mended by a new session', async () => {
    const { send, steps, destroyed } = setUp({ send: (n) => (n === 0 ? OUT_OF_ORDER : undefined) });
    expect(codes(await send(['a']))).toEqual(['stored']);
    expect(steps.map(({ session }) => session)).toEqual([0, 1]);
    expect(destroyed).toEqual([0]);
  });
});

it('a sequence error after a lost acknowledgement is not sent under another producer id', async () => {
  const { send, steps, destroyed } = setUp({ send: (n) => (n === 0 ? LOST_ACK : OUT_OF_ORDER) });
  const [outcome] = await send(['a']);
  expect(outcome?.error).toMatchObject({ code: 'BROKER', delivered: 'unknown' });
  expect(steps.map(({ session }) => session)).toEqual([0, 0]);
  expect(destroyed).toEqual([0]);
});

describe('asking for partitions', () => {
  const partitions = [0, 1, 2].map((id) => ({ id, available: id !== 1 }));

  it('tells them', async () => {
    const { ask, opened } = setUp();
    expect(await ask()).toEqual(partitions);
    expect(await ask()).toEqual(partitions);
    expect(opened()).toBe(1);
  });

  it('gives up on an unknown topic after a short while', async () => {
    const { transport, clock } = setUp({ partitions: () => NO_TOPIC });
    const asking = failureOf(transport.partitions('clicks', { timeoutMs: 60_000 }));
    await clock.advance(5_000);
    const error = await asking;
    expect(error).toMatchObject({ code: 'TOPIC_UNKNOWN', topic: 'clicks', retriable: false });
    expect(error.message).toMatch(/no topic "clicks" at b-1:9096/);
  });

  it('waits for a topic that has just been made', async () => {
    const { ask, opened } = setUp({ partitions: (n) => (n < 2 ? NO_TOPIC : undefined) });
    expect(await ask()).toEqual(partitions);
    expect(opened()).toBe(1);
  });

  it('starts afresh when the session is broken, until the time is up', async () => {
    const { ask, opened } = setUp({ partitions: (n) => (n < 3 ? LOST_ACK : undefined) });
    expect(await ask()).toEqual(partitions);
    expect(opened()).toBe(4);
  });

  it('in vain leaves no doubt: nothing was sent', async () => {
    const { ask } = setUp({ partitions: () => 'hang' });
    expect(await ask()).toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
  });

  it('goes on until the time is up where nobody is there, and says so', async () => {
    const late = setUp({ connect: (n) => (n < 5 ? REFUSED : undefined) });
    expect(await late.ask()).toEqual(partitions);
    const gone = setUp({ connect: () => REFUSED });
    const error = await gone.ask();
    expect(error).toMatchObject({ code: 'UNREACHABLE', delivered: 'no', retriable: true });
    expect(String(error)).toMatch(/No Kafka broker could be reached at b-1:9096: scripted\. Check/);
  });

  it('leaves the session to others where a topic may not be read', async () => {
    const { ask, opened, destroyed } = setUp({ partitions: () => NOT_ALLOWED });
    expect(await ask()).toMatchObject({ code: 'NOT_AUTHORIZED', topic: 'clicks' });
    await ask();
    expect([opened(), destroyed]).toEqual([1, []]);
  });

  it('ends with the transport', async () => {
    const { transport, clock, opened } = setUp({ partitions: () => LOST_ACK });
    const asking = failureOf(transport.partitions('clicks', { timeoutMs: 10_000 }));
    await clock.advance(0);
    await transport.disconnect();
    await clock.advance(1_000);
    expect(await asking).toMatchObject({ code: 'CLOSED' });
    expect(opened()).toBe(1);
  });

  it('tells at once of what no second attempt mends', async () => {
    const { transport } = setUp({ connect: () => WRONG_PASSWORD });
    const asking = transport.partitions('clicks', { timeoutMs: 10_000 });
    expect(await failureOf(asking)).toMatchObject({ code: 'AUTHENTICATION', delivered: 'no' });
  });
});

describe('connecting', () => {
  it('fails with a sentence about it, and starts afresh', async () => {
    const { transport, destroyed } = setUp({
      connect: (n) => (n === 0 ? WRONG_PASSWORD : undefined),
    });
    const error = await failureOf(transport.connect());
    expect(error).toMatchObject({ code: 'AUTHENTICATION', host: 'b-2:9096', retriable: false });
    expect(error.message).toMatch(/^b-2:9096 refused the credentials: scripted\. Check user name/);
    expect(destroyed).toEqual([0]);
    await transport.connect();
  });

  it.each([
    [1, 'delivered'],
    [2, 'delivered'],
    [3, 'UNREACHABLE'],
  ])('goes on when what was connected breaks %d times: %s', async (times, want) => {
    const { transport, clock, destroyed } = setUp({
      connect: (n) =>
        n < times ? { code: 'UNREACHABLE', verdict: 'retry', ambiguous: true } : undefined,
    });
    const connecting = transport.connect().then(
      () => 'delivered',
      ({ code }: { code: string }) => code,
    );
    await clock.advance(1_000);
    expect(await connecting).toBe(want);
    // A session that broke is not used again.
    expect(destroyed).toEqual(Array.from({ length: times }, (_, n) => n));
  });

  it('tells at once of what cannot be connected', async () => {
    const { transport, opened } = setUp({
      connect: () => ({ code: 'UNREACHABLE', verdict: 'retry', ambiguous: false }),
    });
    expect(await failureOf(transport.connect())).toMatchObject({ code: 'UNREACHABLE' });
    expect(opened()).toBe(1);
  });

  it('may be ended before it began', async () => {
    const { transport, opened } = setUp();
    await transport.disconnect();
    expect(opened()).toBe(0);
  });
});
