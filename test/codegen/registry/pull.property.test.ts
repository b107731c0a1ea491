/** `tavro pull` from any registry leaves what `codegen`, `check` and `tsc` accept, and hides nothing. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FileText } from '../../../codegen/emit/file.js';
import { readConfig } from '../../../codegen/project/config/config.js';
import { sidesOfTopic } from '../../../codegen/project/config/topics.js';
import { compile, writeScratch } from '../generated-project.js';
import { type Ran, SchemasFolder } from '../schemas-folder.js';
import { Draw, RegistryDraw } from './arbitrary-registry.js';
import { generatedFiles, handleAll } from './pulled-code.js';
import { ServedRegistry } from './served-registry.js';

const RUNS = Number(process.env.TAVRO_TEST_REGISTRIES ?? 40);
/** Of every so many, the generated code is given data. */
const HANDLED = 8;

const generated: FileText[] = [];

let registry: ServedRegistry;
beforeAll(async () => {
  registry = await new ServedRegistry().start();
});
afterAll(() => registry.stop());

async function contents(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return Object.fromEntries(files.map((file, index) => [file, texts[index] ?? '']));
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

const refusals = ({ err }: Ran): string[] =>
  lines(err).flatMap((line) => (line.startsWith('refused: ') ? [line.slice(9)] : []));

/** Everything of a registry and a pull, for whoever reads that it failed. */
function story(folder: SchemasFolder, ran: Ran): string {
  const held = [...registry.subjects].map(
    ([subject, { versions }]) => `${subject}: ${JSON.stringify(versions)}`,
  );
  return [...held, ran.out, ran.err].join('\n').replaceAll(folder.root, '');
}

async function succeeds(folder: SchemasFolder, command: string, ...args: string[]): Promise<void> {
  const ran = await folder.run(command, args);
  if (ran.code !== 0) throw new Error(`${command} ${args.join(' ')}: ${story(folder, ran)}`);
}

async function holds(
  folder: SchemasFolder,
  pulled: Ran,
  subjects: readonly string[],
): Promise<void> {
  const refused = refusals(pulled);
  if (pulled.code !== (refused.length > 0 ? 100 : 0)) throw new Error(story(folder, pulled));
  const config = await readConfig(folder.schemas);
  const { subjects: locked } = await folder.lock();
  const carried = new Set(config.topics.flatMap(sidesOfTopic).map(({ subject }) => subject));
  if (carried.size > 0) {
    await succeeds(folder, 'codegen');
    await succeeds(folder, 'codegen', '--check');
    await succeeds(folder, 'check');
  }
  const after = await folder.lock();
  expect([...after.subjects.keys()]).toEqual([...locked.keys()]);
  for (const [subject, { versions }] of after.subjects) {
    expect(carried).toContain(subject);
    if (versions.some(({ state }) => state !== 'released'))
      throw new Error(`draft of ${subject} ${story(folder, pulled)}`);
  }
  for (const subject of subjects) {
    const isLeftOut = refused.some((line) => line.startsWith(`${subject}: `));
    const isSaid = isLeftOut || pulled.err.includes(subject);
    if (!carried.has(subject) && !isSaid && !isReferred(subject))
      throw new Error(`${subject} is gone: ${story(folder, pulled)}`);
    if (carried.has(subject)) expect([...locked.keys()]).toContain(subject);
  }
}

function isReferred(subject: string): boolean {
  return [...registry.subjects.values()].some(({ versions }) =>
    versions.some(({ references }) => references.some((one) => one.subject === subject)),
  );
}

/** Records whose keys and values were compared. */
let handled = 0;

/** Keeps the code for the compiler; of some, handles what the registered schemas write. */
async function sample(folder: SchemasFolder, run: number): Promise<void> {
  if (!existsSync(folder.generated)) return;
  generated.push(...(await generatedFiles(folder, `p${run}`)));
  if (run % HANDLED !== 0) return;
  for (const { topic, written, read } of await handleAll(folder, registry.url)) {
    expect([topic, read]).toEqual([topic, written]);
    handled += read.length;
  }
}

it('leaves a project that codegen and check accept, and says what it leaves out', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      registry.clear();
      const draw = new Draw(gen);
      const drawn = new RegistryDraw(draw, registry);
      drawn.subjects(8);
      const folder = await SchemasFolder.create();
      try {
        const pull = (...args: string[]) =>
          folder.run('pull', ['--registry', registry.url, ...args]);
        const all = registry.living();
        if (draw.once(3))
          for (const subject of all.filter(() => draw.once(2)))
            await holds(folder, await pull('--subject', subject), [subject]);
        await holds(folder, await pull(), all);
        await sample(folder, run++);
        const before = await contents(folder.schemas);
        await pull();
        expect(await contents(folder.schemas)).toEqual(before);
        drawn.change();
        await holds(folder, await pull(...(draw.once(2) ? ['--force'] : [])), registry.living());
      } finally {
        await folder.remove();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

it('leaves what tsc accepts', async () => {
  // It is no test if nothing was ever handled.
  expect(handled).toBeGreaterThan(0);
  expect(generated.length).toBeGreaterThan(RUNS);
  expect(await compile(await writeScratch('pulled-compile', generated))).toEqual([]);
});
