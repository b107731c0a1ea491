import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { AS_A_SERVICE } from '../../report/bundling.js';
import { OUTPUT } from '../generated-codecs.js';

/** What is written by hand for a shape: the limit, as far as anybody would go. */
export interface HandWritten {
  readonly decode?: (message: Uint8Array) => unknown;
  readonly encode?: (value: unknown) => Uint8Array;
}

/** Loads `shapes.ts` as a bundle, as what it is compared with is: by the name of a shape. */
export async function loadHandWritten(): Promise<(shape: string) => HandWritten> {
  const outfile = join(OUTPUT, `hand-written-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'shapes.ts')],
    outfile,
    ...AS_A_SERVICE,
  });
  // Safe: a bundle of that file.
  const { handWritten } = (await import(
    pathToFileURL(outfile).href
  )) as typeof import('./shapes.js');
  await rm(outfile);
  return handWritten;
}
