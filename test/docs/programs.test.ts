/** The README's producer and handler, run as they stand against a broker and a registry in memory. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { blocksOf } from './blocks.js';
import { RepositoryCopy } from './tour-copy.js';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

/** The one block of TypeScript that has this. */
function program(part: string): string {
  const blocks = blocksOf('README.md', README).filter(
    ({ language, text }) => language === 'ts' && text.includes(part),
  );
  expect(blocks).toHaveLength(1);
  return blocks[0]?.text ?? '';
}

/** The same text with one part, which it has once, for another. */
function replaced(text: string, [from, to]: readonly [string, string]): string {
  expect(text.split(from)).toHaveLength(2);
  return text.replace(from, to);
}

/** What stands in for Kafka and the registry; the schema is published, as before a producer runs. */
const OUTSIDE = `
import { createRegistry } from 'tavro/runtime';
import { MemoryBroker, startRegistry } from 'tavro/testing';
import { userClicksAvro } from './generated/topics/user-clicks-avro.js';

export const server = await startRegistry();
export const broker = new MemoryBroker();
broker.createTopic(userClicksAvro.name, { partitions: 3 });
const { subjects, value } = userClicksAvro;
await createRegistry({ url: server.url }).register(subjects.value, value.schema);
process.env.SCHEMA_REGISTRY_URL = server.url;
`;

/** Sends with the one, then gives what the broker has to the other. */
const RUN = `
import { mskEvent } from 'tavro/testing';
import { broker, server } from './outside.js';
import './producer.js';
import { handler } from './handler.js';

const topic = 'user-clicks-avro';
const records = [0, 1, 2].flatMap((partition) =>
  broker.read({ topic, partition }, 0n, 10).map((record) => ({ topic, partition, ...record })),
);
console.log(JSON.stringify(await handler(mskEvent(records))));
await server.stop();
`;

let copy: RepositoryCopy;
beforeAll(() => {
  copy = new RepositoryCopy();
});
afterAll(() => copy.remove());

it('send an event and handle it', async () => {
  const parts = [
    ["kafkajsTransport({ brokers: ['localhost:9092'] })", 'memoryTransport(broker)'],
    ["'http://localhost:8081'", 'server.url'],
    ['createProducer, kafkajsTransport', 'createProducer'],
  ] as const;
  const outside =
    "import { memoryTransport } from 'tavro/testing';\nimport { broker, server } from './outside.js';\n";
  copy.write('outside.ts', OUTSIDE);
  copy.write('producer.ts', outside + parts.reduce(replaced, program('producer.send(')));
  copy.write('handler.ts', program('createHandler('));
  copy.write('run.ts', RUN);
  const sent = Date.now();
  const { code, said } = await copy.run('node --conditions=tavro-source --import tsx run.ts');
  expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/^[0-2] 0n$/m) });
  const [, partition = '', time = ''] = /^user-clicks-avro-([0-2])@0 (\d+)$/m.exec(said) ?? [];
  expect(said).toMatch(new RegExp(`^${partition} 0n$`, 'm'));
  expect(Number(time)).toBeGreaterThanOrEqual(sent);
  expect(said).toContain('{"batchItemFailures":[]}');
});
