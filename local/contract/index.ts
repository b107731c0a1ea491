import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  codeOf,
  holdsInOrder,
  inTime,
  message,
  numbered,
  sendPairs,
  TIME,
  undelivered,
  using,
  valuesOf,
} from './bench.js';
import { PROMISES } from './cases.js';
import type { ContractCase, ContractSubject } from './subject.js';

/**
 * What every {@link Transport} promises, as cases for any test runner:
 * `for (const { name, run } of transportContract(subject)) test(name, run);`
 */
export function transportContract(subject: ContractSubject): readonly ContractCase[] {
  const { openUnreachable, openLossy } = subject;
  const cases = Object.entries(PROMISES).map(([name, run]) => ({ name, run: () => run(subject) }));
  if (openUnreachable !== undefined) cases.push(...unreachable(() => openUnreachable()));
  if (openLossy !== undefined) cases.push(...lossy(subject, (isLost) => openLossy(isLost)));
  return cases;
}

/** Enough for a few attempts, in milliseconds. */
const SHORT = { timeoutMs: 700 };

function unreachable(open: NonNullable<ContractSubject['openUnreachable']>): ContractCase[] {
  return [
    {
      name: 'connect tells UNREACHABLE where no broker is there',
      async run() {
        const transport = open();
        await using(transport, async () => {
          equal(await codeOf(inTime('connect', transport.connect())), 'UNREACHABLE');
        });
      },
    },
    {
      name: 'what cannot be sent is answered for in its time, and was not delivered',
      async run() {
        const transport = open();
        await using(transport, async () => {
          const known = transport.partitions('any', SHORT);
          equal(await codeOf(inTime('partitions', known)), 'UNREACHABLE');
          const sending = transport.send({ topic: 'any', partition: 0 }, numbered(2), SHORT);
          const error = undelivered(await inTime('send', sending), 2);
          deepEqual([error.code, error.delivered, error.retriable], ['TIMED_OUT', 'no', true]);
        });
      },
    },
  ];
}

type OpenLossy = NonNullable<ContractSubject['openLossy']>;

const BATCHES = 30;
/** Of so many answers every third is lost, and no more: who repeats three at a time would get nowhere. */
const LOSSY = 30;

function lossy(subject: ContractSubject, open: OpenLossy): ContractCase[] {
  return [
    {
      name: 'an acknowledgement that is lost loses, doubles and reorders nothing',
      async run() {
        const topic = await subject.createTopic(1);
        const transport = await open((n) => n < LOSSY && n % 3 === 1);
        await using(transport, async () => {
          await sendPairs(transport, topic, BATCHES);
        });
        await holdsInOrder(subject, topic, 2 * BATCHES);
      },
    },
    {
      name: 'an acknowledgement that never comes is unknown, and what follows is no duplicate of it',
      async run() {
        const topic = await subject.createTopic(1);
        let isDeaf = true;
        const transport = await open(() => isDeaf);
        await using(transport, async () => {
          const to = { topic, partition: 0 };
          const sending = transport.send(to, [message('first')], { timeoutMs: 1_500 });
          const error = undelivered(await inTime('send', sending), 1);
          deepEqual([error.code, error.delivered], ['TIMED_OUT', 'unknown']);
          isDeaf = false;
          const [outcome] = await transport.send(to, [message('second')], TIME);
          if (outcome?.error !== undefined) throw outcome.error;
          const values = await valuesOf(subject, topic);
          equal(values[Number(outcome?.offset)], 'second');
          equal(values.filter((value) => value === 'second').length, 1);
          ok(values.filter((value) => value === 'first').length <= 1, 'the first is stored twice');
        });
      },
    },
  ];
}
