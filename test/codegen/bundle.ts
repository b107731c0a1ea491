/** Generated code beside the sources of this repository, as one module. */
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

let bundles = 0;

/** Bundles a module with all that it imports; answers the path of what comes of it, beside it. */
export async function bundle(entry: string): Promise<string> {
  // A path of its own: jest keeps what it once read of one.
  const outfile = join(dirname(entry), `bundle-${process.pid}-${bundles++}.mjs`);
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['tavro-source'],
    outfile,
    logLevel: 'silent',
  });
  return outfile;
}

/** What a module exports, bundled and imported. */
export async function importBundled(entry: string): Promise<Readonly<Record<string, unknown>>> {
  return import(pathToFileURL(await bundle(entry)).href);
}
