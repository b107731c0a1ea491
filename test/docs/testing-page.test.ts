/** The tests that docs/testing.md shows pass, and the replay of docs/dead-letters.md sends what it was given. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { blocksOf } from './blocks.js';
import { RepositoryCopy } from './tour-copy.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function programs(file: string): readonly string[] {
  return blocksOf(file, readFileSync(`${ROOT}${file}`, 'utf8'))
    .filter(({ language }) => language === 'ts')
    .map(({ text }) => text);
}

/** What a queue of dead letters had goes back, and becomes a letter once more. */
const REPLAY = `
import assert from 'node:assert/strict';
import { createHandler, deadLetterQueue, on } from 'tavro/consumer';
import { mskEvent, testProducer } from 'tavro/testing';
import { userClicksAvro } from './generated/topics/user-clicks-avro.js';
import { replay } from './replay.js';

const { producer, registry, sent } = testProducer();
const bodies: string[] = [];
const client = { sendMessage: async (message: { MessageBody: string }) => bodies.push(message.MessageBody) };
const handler = createHandler({
  registry,
  onFailure: deadLetterQueue({ queueUrl: 'http://queue', client }),
  routes: [on(userClicksAvro, () => {})],
});
const topic = userClicksAvro.name;
const value = Uint8Array.of(1, 2, 3);
await handler(mskEvent([{ topic, key: 'ann', value, headers: [['h', '1'], ['h', '2']] }]));
await replay(producer, bodies[0] ?? '');
const raw = { name: topic, key: 'bytes', value: 'bytes' } as const;
const [again] = sent(raw);
assert.deepEqual(again?.value, value);
assert.deepEqual(again.headers.filter(({ name }) => name === 'h').map(({ text }) => text), ['1', '2']);
await handler(mskEvent([again.record]));
console.log(JSON.parse(bodies[1] ?? '').cause.attempts, JSON.parse(bodies[1] ?? '').record.headers.length);
`;

let copy: RepositoryCopy;
beforeAll(() => {
  copy = new RepositoryCopy();
});
afterAll(() => copy.remove());

const run = (file: string) => copy.run(`node --conditions=tavro-source --import tsx ${file}`);

it.each(programs('docs/testing.md').map((text, index) => [index, text] as const))(
  'passes: test %d of docs/testing.md',
  async (index, text) => {
    copy.write(`page-${index}.ts`, text);
    const { code, said } = await run(`page-${index}.ts`);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/# pass [1-9]|ℹ pass [1-9]/),
    });
  },
);

it('sends a dead letter back', async () => {
  copy.write(
    'replay.ts',
    programs('docs/dead-letters.md').find((text) => text.includes('replay(')) ?? '',
  );
  copy.write('run-replay.ts', REPLAY);
  expect(await run('run-replay.ts')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^2 2$/m),
  });
});
