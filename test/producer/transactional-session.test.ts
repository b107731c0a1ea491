import { describe, expect, it } from '@jest/globals';
import { ProducerError } from '../../producer/index.js';
import type { ProducerIdAndEpoch } from '../../producer/kafkajs/epochs.js';
import type { Failure } from '../../producer/session.js';
import { transactionalSession } from '../../producer/transactional-session.js';
import { failureOf } from './clicks.js';
import { ManualClock, settled } from './manual-clock.js';

type Verdict = Pick<Failure, 'code' | 'verdict' | 'ambiguous' | 'told'>;

const LOST: Verdict = { code: 'UNREACHABLE', verdict: 'retry', ambiguous: true };
const BUSY: Verdict = { code: 'BROKER', verdict: 'retry', ambiguous: false };
const REFUSED: Verdict = { code: 'REJECTED', verdict: 'final', ambiguous: false };
const FENCED: Verdict = {
  code: 'FENCED',
  verdict: 'final',
  ambiguous: false,
  told: new ProducerError('FENCED', 'Another has it.'),
};

class Fault extends Error {
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super('scripted');
    this.verdict = verdict;
  }
}

/** What becomes of a request: by its name and how many came before it. */
type Script = (
  request: string,
  before: number,
) => Verdict | 'nothing to abort' | 'hang' | undefined;

function setUp(script: Script = () => undefined) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const nothing = new Error('nothing');
  let epoch = 0;
  const act = async (request: string) => {
    const deed = script(request, asked.filter((one) => one.split(' ')[0] === request).length);
    asked.push(request);
    if (deed === 'hang') await new Promise(() => {});
    if (deed === 'nothing to abort') throw nothing;
    if (typeof deed === 'object') throw new Fault(deed);
  };
  const session = transactionalSession({
    name: 'b-1:9096',
    transactionalId: 'orders-0',
    requests: {
      async initProducerId(current: ProducerIdAndEpoch | undefined) {
        await act('init');
        asked[asked.length - 1] += current === undefined ? '' : ` ${current.producerEpoch}`;
        return { producerId: '7', producerEpoch: epoch++ };
      },
      begin: ({ producerEpoch }) => asked.push(`begin ${producerEpoch}`),
      async send() {
        await act('send');
        return { offset: 5n, appendedMs: 9 };
      },
      sendOffsets: () => act('offsets'),
      end: (how) => act(how),
      close: () => act('close'),
    },
    classify: (error) =>
      error instanceof Fault
        ? { ...error.verdict, reason: 'scripted' }
        : { code: 'BROKER', verdict: 'final', ambiguous: true, reason: String(error) },
    isNothingToAbort: (error) => error === nothing,
    clock,
    random: () => 0.99,
  });
  const limit = { timeoutMs: 5_000 };
  const message = { key: null, value: null, headers: [], timestampMs: 0 };
  const send = () => session.send({ topic: 't', partition: 1 }, [message, message], limit);
  /** Does a thing while time passes. */
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    const working = work();
    working.catch(() => undefined);
    await clock.advance(limit.timeoutMs);
    return working;
  };
  return { session, clock, asked, limit, send, run };
}

describe('transactions', () => {
  it('take the id once, and go on with it', async () => {
    const { session, asked, limit, send, run } = setUp();
    await run(() => session.begin(limit));
    expect(await run(send)).toEqual([
      { partition: 1, offset: 5n, appendedMs: 9 },
      { partition: 1, offset: 6n, appendedMs: 9 },
    ]);
    await run(() => session.commit(limit));
    await run(() => session.begin(limit));
    await run(() => session.abort(limit));
    await run(() => session.begin(limit));
    expect(asked).toEqual(['init', 'begin 0', 'send', 'commit', 'begin 0', 'abort', 'begin 0']);
  });

  it('try each request again until it is answered', async () => {
    const twice: Script = (_, before) => (before < 2 ? LOST : undefined);
    const { session, asked, limit, send, run } = setUp(twice);
    await run(() => session.begin(limit));
    expect((await run(send))[0]?.error).toBeUndefined();
    const offsets = [{ topic: 't', partition: 0, offset: 1n }];
    await run(() => session.sendOffsets({ group: 'g', offsets }, limit));
    await run(() => session.commit(limit));
    const thrice = (request: string) => [request, request, request];
    expect(asked).toEqual([
      ...thrice('init'),
      'begin 0',
      ...thrice('send'),
      ...thrice('offsets'),
      ...thrice('commit'),
    ]);
  });

  it('take a higher epoch, as the holder of the id, after what may arrive late', async () => {
    const { session, asked, limit, send, run } = setUp((request) =>
      request === 'send' ? LOST : undefined,
    );
    await run(() => session.begin(limit));
    const [outcome] = await run(send);
    expect(outcome?.error).toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
    expect(outcome?.error?.message).not.toMatch(/may have stored/);
    await run(() => session.abort(limit));
    await run(() => session.begin(limit));
    expect(asked.filter((one) => one !== 'send')).toEqual([
      'init',
      'begin 0',
      'abort',
      'init 0',
      'begin 1',
    ]);
  });

  it('do the same after a commit of which nothing is learnt', async () => {
    const { session, asked, limit, run } = setUp((request) =>
      request === 'commit' ? LOST : request === 'abort' ? 'nothing to abort' : undefined,
    );
    await run(() => session.begin(limit));
    const error = await failureOf(run(() => session.commit(limit)));
    expect(error).toMatchObject({ code: 'TIMED_OUT', delivered: 'unknown' });
    expect(error.message).toBe(
      'The transaction could not be committed at b-1:9096: scripted. It may be committed all the same: ' +
        'read what it wrote, or its offsets, before doing it again.',
    );
    await run(() => session.begin(limit));
    expect(asked.filter((one) => one !== 'commit')).toEqual([
      'init',
      'begin 0',
      'abort',
      'init 0',
      'begin 1',
    ]);
  });

  it('are not committed where no request got through', async () => {
    const { session, limit, run } = setUp((request) => (request === 'commit' ? BUSY : undefined));
    await run(() => session.begin(limit));
    const error = await failureOf(run(() => session.commit(limit)));
    expect(error).toMatchObject({ code: 'TIMED_OUT', delivered: 'no' });
    expect(error.message).toBe('The transaction could not be committed at b-1:9096: scripted.');
  });

  it('may be committed where another took the id after an answer was lost', async () => {
    const { session, limit, run } = setUp((request, before) =>
      request !== 'commit' ? undefined : before === 0 ? LOST : FENCED,
    );
    await run(() => session.begin(limit));
    const error = await failureOf(run(() => session.commit(limit)));
    expect(error).toMatchObject({ code: 'FENCED', delivered: 'unknown' });
  });

  it('end for good where the id is lost, without asking again', async () => {
    const { session, asked, limit, send, run } = setUp((request) =>
      request === 'send' ? FENCED : undefined,
    );
    await run(() => session.begin(limit));
    const [outcome] = await run(send);
    expect(outcome?.error).toMatchObject({ code: 'FENCED', delivered: 'no' });
    for (const next of [session.abort, session.begin, session.commit, session.claim]) {
      expect((await failureOf(run(() => next.call(session, limit)))).code).toBe('FENCED');
    }
    expect(asked).toEqual(['init', 'begin 0', 'send']);
  });

  it('that are aborted try no send again', async () => {
    const { session, clock, asked, limit, send } = setUp((request) =>
      request === 'send' ? LOST : undefined,
    );
    await session.begin(limit);
    const sending = send();
    await settled();
    const aborting = session.abort(limit);
    await clock.advance(1_000);
    await aborting;
    expect((await sending)[0]?.error).toMatchObject({ code: 'ABORTED', delivered: 'no' });
    expect(asked).toEqual(['init', 'begin 0', 'send', 'abort']);
  });

  it('tell of what is refused', async () => {
    const { session, limit, run } = setUp((request) => (request === 'init' ? REFUSED : undefined));
    const error = await failureOf(run(() => session.begin(limit)));
    expect(error).toMatchObject({ code: 'REJECTED', delivered: 'no' });
    expect(error.message).toBe('The transaction could not be begun at b-1:9096: scripted.');
  });
});
