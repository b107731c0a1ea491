import { describe, expect, it } from '@jest/globals';
import type { Outcome, OutgoingMessage } from '../../producer/index.js';
import {
  PartitionSender,
  type ProduceRequest,
  type Route,
} from '../../producer/platformatic/partition-sender.js';
import type { Failure, Stored } from '../../producer/session.js';
import { ManualClock } from './manual-clock.js';

type Kind = Pick<Failure, 'code' | 'verdict' | 'ambiguous'>;

const LOST: Kind = { code: 'UNREACHABLE', verdict: 'retry', ambiguous: true };
const NOT_NOW: Kind = { code: 'BROKER', verdict: 'retry', ambiguous: false };
const TOO_LARGE: Kind = { code: 'TOO_LARGE', verdict: 'final', ambiguous: false };
const NO_TOPIC: Kind = { code: 'TOPIC_UNKNOWN', verdict: 'retry', ambiguous: false };
const WRONG_PASSWORD: Kind = { code: 'AUTHENTICATION', verdict: 'final', ambiguous: false };
const OUT_OF_ORDER: Kind = { code: 'BROKER', verdict: 'sequence', ambiguous: false };

class Fault extends Error {
  readonly kind: Kind;

  constructor(kind: Kind) {
    super('scripted');
    this.kind = kind;
  }
}

interface Asked extends ProduceRequest {
  readonly route: string;
  /** Answers as a broker does, or fails. */
  answer(what: Stored | Kind): Promise<void>;
}

/** A sender in front of brokers that answer when the test does. */
function setUp({ open = () => undefined }: { open?: () => Kind | undefined } = {}) {
  const clock = new ManualClock();
  const asked: Asked[] = [];
  const leader = { name: 'first', isOpen: false };
  const routes = new Map<string, Route>();
  const routeOf = (name: string): Route => {
    const route: Route = routes.get(name) ?? {
      produce: (request) =>
        new Promise((resolve, reject) => {
          asked.push({
            ...request,
            route: name,
            async answer(what) {
              if ('offset' in what) resolve(what);
              else reject(new Fault(what));
              await clock.advance(0);
            },
          });
        }),
    };
    routes.set(name, route);
    return route;
  };
  let producers = 0n;
  const sender = new PartitionSender(
    { topic: 'clicks', partition: 2 },
    {
      name: 'b-1:9096',
      clock,
      random: () => 1,
      leaders: {
        route: () => (leader.isOpen ? routeOf(leader.name) : undefined),
        async open() {
          const kind = open();
          if (kind !== undefined) throw new Fault(kind);
          leader.isOpen = true;
        },
        doubt() {},
        identify: async () => ({ producerId: ++producers, epoch: 0 }),
      },
      classify: (error) =>
        error instanceof Fault
          ? { ...error.kind, reason: 'scripted', host: 'b-2:9096' }
          : { code: 'BROKER', verdict: 'final', ambiguous: true, reason: String(error) },
    },
  );
  const send = async (count = 1, timeoutMs = 30_000) => {
    const sending = sender.send(
      Array.from({ length: count }, () => MESSAGE),
      { timeoutMs },
    );
    await clock.advance(0);
    return { outcomes: sending };
  };
  /** Where the first message is known to the broker, as it is once something is stored. */
  const begin = async () => {
    await send();
    await asked.shift()?.answer({ offset: 0n });
  };
  const numbers = () => asked.map(({ by, sequence }) => `${by.producerId}/${by.epoch} ${sequence}`);
  return { clock, asked, leader, send, begin, numbers };
}

const MESSAGE: OutgoingMessage = { key: null, value: null, headers: [], timestampMs: 0 };
const told = ([outcome]: readonly Outcome[]) =>
  outcome?.error === undefined
    ? 'stored'
    : `${outcome.error.code} ${outcome.error.delivered}: ${outcome.error.message}`;

describe('batches of a partition', () => {
  it('have one under way until the producer is known, then five', async () => {
    const { asked, send, numbers } = setUp();
    for (const count of [1, 2, 3, 1, 1, 1, 1]) await send(count);
    expect(numbers()).toEqual(['1/0 0']);
    await asked.shift()?.answer({ offset: 0n });
    expect(numbers()).toEqual(['1/0 1', '1/0 3', '1/0 6', '1/0 7', '1/0 8']);
    await asked.shift()?.answer({ offset: 1n });
    expect(numbers().at(-1)).toBe('1/0 9');
  });

  it('tell each message its own offset, and the time of the broker', async () => {
    const { asked, send } = setUp();
    const { outcomes } = await send(2);
    await asked[0]?.answer({ offset: 7n, appendedMs: 99 });
    expect(await outcomes).toEqual([
      { partition: 2, offset: 7n, appendedMs: 99 },
      { partition: 2, offset: 8n, appendedMs: 99 },
    ]);
  });

  it('are sent again in order, with their numbers, when all answers are there', async () => {
    const { clock, asked, send, begin, numbers } = setUp();
    await begin();
    const sends = [await send(), await send(), await send()];
    const [first, second, third] = asked.splice(0);
    await first?.answer(NOT_NOW);
    await second?.answer(OUT_OF_ORDER);
    await clock.advance(5_000);
    expect(numbers()).toEqual([]);
    await third?.answer(OUT_OF_ORDER);
    await clock.advance(200);
    expect(numbers()).toEqual(['1/0 1']);
    await asked.shift()?.answer({ offset: 1n });
    expect(numbers()).toEqual(['1/0 2', '1/0 3']);
    for (const one of asked.splice(0)) await one.answer({ offset: BigInt(one.sequence) });
    for (const { outcomes } of sends) expect(told(await outcomes)).toBe('stored');
  });

  it('take the number of one that is refused for good, with the same producer', async () => {
    const { clock, asked, send, begin, numbers } = setUp();
    await begin();
    const refused = await send(3);
    const next = await send();
    const [first, second] = asked.splice(0);
    await first?.answer(TOO_LARGE);
    await second?.answer(OUT_OF_ORDER);
    expect(told(await refused.outcomes)).toBe(
      'TOO_LARGE no: b-2:9096 refused a message for topic "clicks", partition 2: larger than ' +
        'max.message.bytes allows.',
    );
    await clock.advance(100);
    expect(numbers()).toEqual(['1/0 1']);
    await asked[0]?.answer({ offset: 1n });
    expect(told(await next.outcomes)).toBe('stored');
  });

  it('go on under the next epoch after one whose fate is unknown', async () => {
    const { clock, asked, send, begin, numbers } = setUp();
    await begin();
    const late = await send(1, 1_000);
    const next = await send();
    await clock.advance(1_000);
    expect(told(await late.outcomes)).toMatch(/^TIMED_OUT unknown: b-1:9096 did not acknowledge/);
    const [first, second] = asked.splice(0);
    await second?.answer(OUT_OF_ORDER);
    await clock.advance(5_000);
    // Its request may still be stored.
    expect(numbers()).toEqual([]);
    await first?.answer(LOST);
    await clock.advance(200);
    expect(numbers()).toEqual(['1/1 0']);
    await asked[0]?.answer({ offset: 1n });
    expect(told(await next.outcomes)).toBe('stored');
  });

  it('that may be stored are given up where they cannot be sent again in place', async () => {
    const { clock, asked, send, begin } = setUp();
    await begin();
    const late = await send(1, 1_000);
    const next = await send();
    for (const one of asked.splice(0)) await one.answer(LOST);
    await clock.advance(1_000);
    expect(told(await late.outcomes)).toMatch(/^TIMED_OUT unknown/);
    await asked[0]?.answer(LOST);
    expect(told(await next.outcomes)).toBe(
      'BROKER unknown: An earlier message for topic "clicks", partition 2 was given up, so that this ' +
        'one cannot be sent again in its place. The broker may have stored it all the same: sending it ' +
        'again may duplicate it.',
    );
  });

  it('that a later one has overtaken are given up', async () => {
    const { asked, send, begin } = setUp();
    await begin();
    const late = await send();
    const next = await send();
    const [first, second] = asked.splice(0);
    await first?.answer(NOT_NOW);
    await second?.answer({ offset: 1n });
    expect(told(await next.outcomes)).toBe('stored');
    expect(told(await late.outcomes)).toBe(
      'BROKER no: A later message for topic "clicks", partition 2 was stored before this one, which ' +
        'the broker did not take; stored now it would be out of order. Send it again if that does no harm.',
    );
  });

  it('wait for the answers of one leader before they go to another', async () => {
    const { asked, leader, send, begin } = setUp();
    await begin();
    await send();
    leader.name = 'second';
    await send();
    expect(asked.map(({ route }) => route)).toEqual(['first']);
    await asked.shift()?.answer({ offset: 1n });
    expect(asked.map(({ route }) => route)).toEqual(['second']);
  });
});

describe('without a way to the leader', () => {
  it('a batch is not delivered when its time is up', async () => {
    const { clock, send, asked } = setUp({ open: () => ({ ...LOST, ambiguous: false }) });
    const { outcomes } = await send(1, 3_000);
    await clock.advance(3_000);
    expect(told(await outcomes)).toBe(
      'TIMED_OUT no: b-1:9096 did not acknowledge a message for topic "clicks", partition 2 within ' +
        'the delivery timeout; the last problem was: scripted.',
    );
    expect(asked).toEqual([]);
  });

  it.each<[Kind, number, string]>([
    [WRONG_PASSWORD, 0, 'AUTHENTICATION no: b-2:9096 refused the credentials'],
    [NO_TOPIC, 4_000, 'TOPIC_UNKNOWN no: There is no topic "clicks" at b-1:9096'],
  ])('a batch fails soon for what does not pass', async (kind, afterMs, expected) => {
    const { clock, send } = setUp({ open: () => kind });
    const { outcomes } = await send();
    await clock.advance(afterMs);
    expect(told(await outcomes)).toContain(expected);
  });

  it('a topic that is new is waited for', async () => {
    let turn = 0;
    const { clock, send, asked } = setUp({ open: () => (turn++ < 3 ? NO_TOPIC : undefined) });
    const { outcomes } = await send();
    await clock.advance(1_000);
    await asked[0]?.answer({ offset: 0n });
    expect(told(await outcomes)).toBe('stored');
  });
});
