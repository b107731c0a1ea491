/** Bundles the sides as `infra/consumer/consumer-function.ts` bundles a function: one ES module, minified. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { UserClickCodec } from '../../test/frozen/generated/com/mycompany/events/UserClick.js';
import { confluentPeer } from '../../test/peers/confluent/confluent.js';
import { OUTPUT } from '../codec/generated-codecs.js';
import { ENCODER } from '../peers/names.js';
import type { Size } from '../size/bundle.js';
import type { Side } from './sides.js';

const ROOT = join(import.meta.dirname, '../..');

const OPTIONS = {
  bundle: true,
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  platform: 'node',
  format: 'esm',
  target: `node${process.versions.node.split('.')[0]}`,
  mainFields: ['module', 'main'],
  conditions: ['tavro-source', 'module'],
  external: ['@aws-sdk/*'],
  banner: {
    // The second line is for what Confluent's client brings along, of which infra knows nothing.
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
      const { dirname: __dirname, filename: __filename } = import.meta;`,
  },
  // What they are given is not to bring our code along.
  define: { 'process.env.USER_CLICK_SCHEMA': JSON.stringify(UserClickCodec.schema) },
  absWorkingDir: ROOT,
  logLevel: 'error',
} satisfies BuildOptions;

/** Whose bundles are made, and what becomes of each side's `open`. */
export type Entry = (open: string) => string;

/** For a process that calls the handler many times, with a function of its own. */
export const OPEN: Entry = (open) => `export { open } from '${open}';`;
/** As it is deployed. */
export const HANDLER: Entry = (open) =>
  `import { open } from '${open}'; export const handler = open(() => {}, false);`;

export interface SideBundle {
  readonly path: string;
  readonly size: Size;
  /** What of the packages is left to be loaded, where Lambda's runtime has it: a `NODE_PATH`. */
  readonly modules: string | undefined;
}

/** Bundles of files whose folder git ignores. */
export function outputOf(name: string): string {
  return join(OUTPUT, `${name}-${process.pid}`);
}

/** Bundles a side into a folder. */
export async function bundleSide(
  { module, packages }: Side,
  entry: Entry,
  folder: string,
): Promise<SideBundle> {
  const modules = packages.includes(ENCODER)
    ? join(await confluentPeer(), 'node_modules')
    : undefined;
  const path = join(folder, `${module}.mjs`);
  await build({
    ...OPTIONS,
    stdin: {
      contents: entry(`./bench/consumer/sides/${module}.ts`),
      resolveDir: ROOT,
      loader: 'ts',
    },
    outfile: path,
    nodePaths: modules === undefined ? [] : [modules],
  });
  const bytes = readFileSync(path);
  return { path, modules, size: { minified: bytes.length, packed: gzipSync(bytes).length } };
}

/** Bundles a process that calls handlers; `path` is from here. */
export async function bundleChild(path: string, outfile: string): Promise<void> {
  await build({ ...OPTIONS, entryPoints: [join(import.meta.dirname, path)], outfile });
}
