import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FileText } from '../../../codegen/emit/file.js';
import { generateFiles } from '../../../codegen/emit/generate.js';
import { loadProject } from '../../../codegen/project/load.js';
import { arbitrarySchema } from '../arbitrary-schema.js';
import { compile, generate, writeScratch } from '../generated-project.js';
import { byPath, golden } from '../golden-files.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const GOLDEN = join(ROOT, 'test', 'codegen', 'golden');

async function generated(): Promise<FileText[]> {
  const project = await loadProject(join(GOLDEN, 'schemas'));
  return generateFiles(project.model, project.topics, project.config.emit);
}

describe('generated code', () => {
  it('is what the golden files say; npm run golden:update writes them', async () => {
    const files = await generated();
    expect(byPath(files)).toEqual(await golden(join(GOLDEN, 'generated'), files));
  });

  it.each(['typescript', 'typescript-6'])('compiles under all flags of %s', async (compiler) => {
    const folder = await writeScratch(`golden-${compiler}`, await generated());
    expect(await compile(folder, compiler)).toEqual([]);
  });

  it('leaves nothing to do for a linter and a formatter', async () => {
    const folder = await biomeFolder('golden-lint', await generated());
    expect(await biome(['check', '--error-on-warnings'], folder)).toMatch(CLEAN);
  });

  it('is formatted for random schemas, too', async () => {
    const schemas = fc.sample(arbitrarySchema, { numRuns: 150 });
    const files = schemas.flatMap((schema, i) =>
      generate([schema]).files.map(({ path, text }) => ({ path: `p${i}/${path}`, text })),
    );
    const folder = await biomeFolder('random-format', files);
    expect(await biome(['format'], folder)).toMatch(CLEAN);
  });
});

const CLEAN = /^\s*Checked \d+ files in .*\. No fixes applied\.\s*$/;

/** A scratch folder that Biome judges as it judges this repository. */
async function biomeFolder(name: string, files: readonly FileText[]): Promise<string> {
  const folder = await writeScratch(name, files);
  const { vcs: _, ...config } = JSON.parse(await readFile(join(ROOT, 'biome.json'), 'utf8'));
  await writeFile(join(folder, 'biome.json'), JSON.stringify({ root: true, ...config }));
  return folder;
}

/** What Biome prints of a folder. */
async function biome(command: readonly string[], folder: string): Promise<string> {
  const program = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const run = await promisify(execFile)(
    process.execPath,
    [program, ...command, '--reporter=summary', '.'],
    {
      cwd: folder,
    },
  ).catch((error: { stdout: string }) => error);
  return run.stdout;
}
