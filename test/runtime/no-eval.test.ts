/** `npm run test:no-eval` runs whole rooms so; this is the quick proof that stands in every run. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const SCRIPT = `
  import { createHandler, on } from './consumer/index.ts';
  import { userClicksAvro } from './test/frozen/generated/topics.ts';
  import { fixedRegistry } from './local/fixed-registry.ts';
  import { mskEvent } from './local/msk-event.ts';
  import { topicRecord } from './local/topic-record.ts';
  import { resolvingDecoder } from './runtime/avro.ts';

  const made = [];
  try { new Function('') } catch (error) { made.push(error.name) }

  const codec = userClicksAvro.value;
  const click = { user_id: 'ann', url: 'https://example.com', timestamp: new Date(0) };
  const newer = JSON.parse(codec.schema);
  newer.fields.push({ name: 'more', type: { type: 'map', values: 'long' } });
  const bytes = Buffer.concat([codec.encode(click), Buffer.from([0])]);
  made.push(resolvingDecoder(JSON.stringify(newer), codec)(bytes).url);
  try { codec.encode({ ...click, url: 1 }) } catch (error) { made.push(error.path) }
  try { codec.decode(bytes) } catch (error) { made.push(error.code) }

  const handler = createHandler({
    registry: fixedRegistry({ 1: codec.schema }),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    routes: [on(userClicksAvro, (value) => { made.push(value.user_id) })],
  });
  await handler(mskEvent([topicRecord(userClicksAvro, { key: 'k', value: click })]));
  console.log(JSON.stringify(made));
`;

it('runs where code cannot be made of text', async () => {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    conditions: ['tavro-source'],
    absWorkingDir: ROOT,
  });
  const printed = execFileSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', '--input-type=module', '-'],
    { input: outputFiles[0]?.text ?? '', encoding: 'utf8' },
  );
  expect(JSON.parse(printed)).toEqual([
    'EvalError',
    'https://example.com',
    'url',
    'AVRO_TRAILING_BYTES',
    'ann',
  ]);
});
