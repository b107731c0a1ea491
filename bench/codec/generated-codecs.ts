import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { generateFiles } from '../../codegen/emit/generate.js';
import { DEFAULT_OPTIONS, type GenerateOptions } from '../../codegen/emit/options.js';
import { loadProject } from '../../codegen/project/load.js';
import type { Codec } from '../../runtime/index.js';
import { simpleName } from '../../runtime/schema/schema.js';

/** Where a benchmark's generated code goes: git ignores it. */
export const OUTPUT = join(import.meta.dirname, '..', '..', '.tavro-cache', 'bench');

let runs = 0;

/**
 * Generates the codecs of a schemas folder and bundles them as a Lambda would be: measured is what
 * users run, not a loader's version of it.
 */
export async function generatedCodecs(
  schemas: string,
  types: readonly string[],
  options: Pick<GenerateOptions, 'versions'> = {},
): Promise<ReadonlyMap<string, Codec<unknown, unknown>>> {
  const project = await loadProject(schemas);
  const folder = join(OUTPUT, `generated-${process.pid}-${++runs}`);
  const files = generateFiles(project.model, project.topics, { ...DEFAULT_OPTIONS, ...options });
  for (const { path, text } of files) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const entry = types.map((type) => {
    const name = simpleName(type);
    return `export { ${name}Codec } from './${type.replaceAll('.', '/')}.js';\n`;
  });
  await writeFile(join(folder, 'entry.ts'), entry.join(''));
  const bundle = join(folder, 'codecs.mjs');
  await build({
    entryPoints: [join(folder, 'entry.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['tavro-source'],
    logLevel: 'error',
  });
  // Safe: the generator's own output, one codec for each name asked for.
  const loaded = (await import(pathToFileURL(bundle).href)) as Record<
    string,
    Codec<unknown, unknown>
  >;
  await rm(folder, { recursive: true });
  return new Map(
    types.map((type) => {
      const codec = loaded[`${simpleName(type)}Codec`];
      if (codec === undefined) throw new Error(`No codec was generated for ${type}.`);
      return [type, codec];
    }),
  );
}
