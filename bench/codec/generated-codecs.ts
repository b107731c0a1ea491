import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { generateFiles } from '../../codegen/emit/generate.js';
import { DEFAULT_OPTIONS, type GenerateOptions } from '../../codegen/emit/options.js';
import { loadProject } from '../../codegen/project/load.js';
import type { resolvingDecoder } from '../../runtime/avro.js';
import type { Codec } from '../../runtime/index.js';
import { simpleName } from '../../runtime/schema/schema.js';
import { AS_A_SERVICE } from '../report/bundling.js';

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
  return (await generatedBundle(schemas, types, options)).codecs;
}

/** The same with the resolving decoder, which has to come from the runtime that the codecs are of. */
export async function generatedBundle(
  schemas: string,
  types: readonly string[],
  options: Pick<GenerateOptions, 'versions'> = {},
): Promise<{
  readonly codecs: ReadonlyMap<string, Codec<unknown, unknown>>;
  readonly resolvingDecoder: typeof resolvingDecoder;
}> {
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
  entry.push(`export { resolvingDecoder } from 'tavro/avro';\n`);
  await writeFile(join(folder, 'entry.ts'), entry.join(''));
  const bundle = join(folder, 'codecs.mjs');
  await build({
    entryPoints: [join(folder, 'entry.ts')],
    outfile: bundle,
    ...AS_A_SERVICE,
  });
  // Safe: the generator's own output, one codec for each name asked for, and what is exported beside.
  const loaded = (await import(pathToFileURL(bundle).href)) as Record<
    string,
    Codec<unknown, unknown>
  > & { resolvingDecoder: typeof resolvingDecoder };
  await rm(folder, { recursive: true });
  const codecs = new Map(
    types.map((type) => {
      const codec = loaded[`${simpleName(type)}Codec`];
      if (codec === undefined) throw new Error(`No codec was generated for ${type}.`);
      return [type, codec];
    }),
  );
  return { codecs, resolvingDecoder: loaded.resolvingDecoder };
}
