/**
 * `node run-sources.mjs ENTRY ARGUMENTS`: runs a program of this repository from its sources, without
 * the 200 ms that tsx takes to start and to load hundreds of modules. What the entry imports is bundled
 * into `.cache/`, and again as soon as one of those files is not what it was. Packages stay outside, and
 * each module keeps its own address.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import * as nodeModule from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = import.meta.dirname;
const HOUR_MS = 3_600_000;

const [, , entry] = process.argv;
if (entry === undefined) throw new Error('Say which program to run, such as codegen/cli.ts.');
const folder = join(ROOT, '.cache', 'sources', entry.replace(/\W+/g, '-'));
const known = join(folder, 'bundle.json');

/** The last bundle's folder, unless one of its sources changed since. */
function freshBundle() {
  try {
    const { root, name, stamps } = JSON.parse(readFileSync(known, 'utf8'));
    const isFresh =
      root === ROOT && Object.entries(stamps).every(([path, stamp]) => stampOf(path) === stamp);
    return isFresh ? name : undefined;
  } catch {
    // There is none, or a source is gone.
    return undefined;
  }
}

function stampOf(path) {
  const { size, mtimeMs } = statSync(join(ROOT, path));
  return `${size} ${mtimeMs}`;
}

async function bundle() {
  const { build } = await import('esbuild');
  const start = Date.now();
  // A folder of its own: others may run from the last one, and load more of it.
  const name = `${start}-${process.pid}`;
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { main: entry },
    outdir: join(folder, name),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['tavro-source'],
    sourcemap: 'linked',
    metafile: true,
    plugins: [outside, ownAddresses],
  });
  const stamps = Object.fromEntries(
    ['package.json', 'tsconfig.json', ...Object.keys(metafile.inputs)].map((path) => [
      path,
      stampOf(path),
    ]),
  );
  // What was saved meanwhile is in the bundle or not: then the next run makes another.
  const changed = Object.keys(stamps).some((path) => statSync(join(ROOT, path)).mtimeMs >= start);
  if (!changed) {
    await writeFile(
      join(folder, name, 'bundle.json'),
      JSON.stringify({ root: ROOT, name, stamps }),
    );
    renameSync(join(folder, name, 'bundle.json'), known);
  }
  dropOld();
  return name;
}

/** Packages of others are imported from where they are installed. */
const outside = {
  name: 'outside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('tavro/') ? undefined : { path, external: true },
    );
  },
};

/** A module that asks where it is hears where its source is. */
const ownAddresses = {
  name: 'own-addresses',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.filename', JSON.stringify(path))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: 'ts' };
    });
  },
};

function dropOld() {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < Date.now() - HOUR_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

nodeModule.enableCompileCache?.();
process.setSourceMapsEnabled(true);
process.argv.splice(1, 2, resolve(ROOT, entry));
await import(pathToFileURL(join(folder, freshBundle() ?? (await bundle()), 'main.js')).href);
