import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FileText } from '../../../codegen/emit/file.js';
import { generateFiles } from '../../../codegen/emit/generate.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { loadProject } from '../../../codegen/project/load.js';
import { arbitrarySchema } from '../arbitrary-schema.js';
import { byName } from '../by-name.js';
import { compile, generate, writeScratch } from '../generated-project.js';
import { byPath, golden } from '../golden-files.js';
import { biome } from './biome.js';
import { everyConstruct } from './every-length.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const GOLDEN = join(ROOT, 'test', 'codegen', 'golden');

/** Characters: of longer names a formatter breaks what is one name on a line, each in its own way. */
const LONGEST_NAME = 75;

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
    expect(await biome(['check', '--error-on-warnings'], await generated())).toBe('');
  });

  it('is refused where it is not as a formatter prints it', async () => {
    const files = [{ path: 'File.ts', text: 'export  const a = 1;\n' }];
    expect(await biome(['format'], files)).toContain('File.ts');
  });

  it('is formatted for random schemas, too', async () => {
    const schemas = fc.sample(arbitrarySchema, { numRuns: 150 });
    const files = schemas.flatMap((schema, i) =>
      generate([schema]).files.map(({ path, text }) => ({ path: `p${i}/${path}`, text })),
    );
    expect(await biome(['format'], files)).toBe('');
  });

  it('is formatted for names of every length, with older versions', async () => {
    const lengths = Array.from({ length: LONGEST_NAME }, (_, index) => index + 1);
    const files = lengths.flatMap((length) => {
      const { name, now, older } = everyConstruct(length);
      const { schema } = parseSchema(older, { role: 'history' });
      const { files } = generate([now], { versions: byName([[name, [schema]]]) });
      return files.map(({ path, text }) => ({ path: `names${length}/${path}`, text }));
    });
    expect(files.filter(({ path }) => path.includes('.versions.'))).toHaveLength(LONGEST_NAME);
    expect(await biome(['format'], files)).toBe('');
  });
});
