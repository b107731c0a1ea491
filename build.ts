/**
 * `npm run build`: what is published. Rooms without packages of others stay modules as the compiler
 * wrote them: runtime, producer, consumer, infra. The tools (codegen, local) are bundled with the
 * packages that they use into `dist/tools/`, so that the package needs none (ADR 11).
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleTools, MODULES, ownModules, REQUIRE, SHARED } from './build-tools.js';

const ROOT = import.meta.dirname;
/** What the package calls its parts, and what each is for. */
const ROOMS: Readonly<Record<string, string>> = {
  producer: 'sending',
  consumer: 'receiving, in Lambda or in a process of your own',
  sources: 'reading Kafka for it, in such a process',
  runtime: 'what applications use besides: types, registry, errors',
  avro: "Avro's formats: containers, JSON encoding, single objects",
  testing: 'trying it on a laptop: Kafka, registry, events',
  infra: 'deploying, with the AWS CDK',
  codegen: 'schemas as a library, at build time',
};
const NOTHING_HERE =
  "There is nothing in 'tavro' itself. Import from the part that you need, as in `import { createProducer } from 'tavro/producer'`:";

/** Builds into a folder, which is emptied first. */
export async function buildPackage(dist: string): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const project = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', dist];
  execFileSync(process.execPath, [tsc, ...project], { stdio: 'inherit' });
  for (const room of ['codegen', 'local'])
    for (const file of modulesIn(join(dist, room))) rmSync(file);
  const tools = join(dist, 'tools');
  writeLicences(dist, [
    await bundleTools(dist),
    await bundleAvsc(tools),
    await bundleFunction(tools),
  ]);
  await bundleInfra(dist);
  await writeRootEntry(dist);
  dropUnreachedTypes(dist);
}

function modulesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .map((path) => join(folder, path));
}

/**
 * The function of `SchemaSubjects`, with all that it needs in one file: it runs where no package is.
 * avsc stands beside it, as it does beside the tools.
 */
async function bundleFunction(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    ...SHARED,
    entryPoints: ['codegen/deploy/function.ts'],
    outfile: join(folder, 'subjects-function.mjs'),
    format: 'esm',
    target: 'node24',
    minify: true,
    banner: { js: REQUIRE },
  });
  return metafile;
}

/** What a stack that is synthesized from these sources deploys: see infra/subjects/function-files.ts. */
async function buildFunction(folder: string): Promise<void> {
  await Promise.all([bundleAvsc(folder), bundleFunction(folder)]);
}

/** By itself, since it is asked for by `require` where there is use for it (codegen/model/avsc.ts). */
async function bundleAvsc(folder: string): Promise<Metafile> {
  const outfile = join(folder, 'avsc.cjs');
  const { metafile } = await build({ ...SHARED, entryPoints: ['avsc'], outfile, format: 'cjs' });
  return metafile;
}

/** The licences of all that was bundled. */
function writeLicences(dist: string, metafiles: readonly Metafile[]): void {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = inputs.flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
  const texts = [...new Set(folders)].sort().map((folder) => licenceOf(join(ROOT, folder)));
  const head = 'Files in `tools/` hold code of these packages, under their own licences.';
  writeFileSync(
    join(dist, 'THIRD-PARTY.txt'),
    `${[head, ...texts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
  );
}

function licenceOf(folder: string): string {
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text =
    file === undefined ? 'No file with its text.' : readFileSync(join(folder, file), 'utf8').trim();
  const { name, version, license = 'see below' } = manifest;
  return `${name} ${version} (${license})\n\n${text}`;
}

/** The names that a module exports. */
async function namesOf(file: string): Promise<string[]> {
  const options = { ...SHARED, packages: 'external', write: false, format: 'esm' } as const;
  const { metafile } = await build({ ...options, entryPoints: [file], outdir: ROOT });
  return Object.values(metafile.outputs)
    .flatMap((output) => output.exports)
    .sort();
}

/**
 * `tavro/infra`, which says what to install where its peers are not there. They are CommonJS, and
 * taken by `require`: who waits for an `import` cannot be `require`d, and Jest cannot `require` a
 * module. Bundlers, which would not see the `require`, take the modules as the compiler wrote them.
 */
async function bundleInfra(dist: string): Promise<void> {
  const folder = join(dist, 'infra');
  renameSync(join(folder, 'index.js'), join(folder, 'constructs.js'));
  await build({
    ...SHARED,
    external: [],
    entryPoints: ['infra/index.ts'],
    outdir: folder,
    format: 'esm',
    // Its own rooms are bundled: their imports of peers would be errors of Node's again.
    plugins: [ownModules(MODULES.filter((room) => room !== 'infra')), requiredPeers],
  });
}

/** Imports of peers become calls of infra/peer.ts. */
const requiredPeers: Plugin = {
  name: 'required-peers',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^(aws-cdk-lib|constructs)(\/|$)/ }, ({ path }) => {
      return { path, namespace: 'peer' };
    });
    onLoad({ filter: /./, namespace: 'peer' }, ({ path }) => {
      const contents = `module.exports = require('./infra/peer.ts').peer(${JSON.stringify(path)});`;
      return { contents, resolveDir: ROOT };
    });
  },
};

/**
 * `tavro`, which is an error. The names of all rooms are there, since a name that is not would be
 * Node's error before this one could be told; to the compiler there are none.
 */
async function writeRootEntry(dist: string): Promise<void> {
  const lines = Object.entries(ROOMS).map(
    ([room, what]) => `  ${`tavro/${room}`.padEnd(16)} ${what}`,
  );
  const files = Object.keys(ROOMS).map((room) => sourceOf(`./${room}`));
  const names = [...new Set((await Promise.all(files.map(namesOf))).flat())].sort();
  const js = `const message = ${JSON.stringify([NOTHING_HERE, ...lines].join('\n'))};
throw new Error(message);
const none = undefined;
export {
${names.map((name) => `  none as ${name},`).join('\n')}
};
`;
  const types = `/**
 * ${NOTHING_HERE}
 *
${lines.map((line) => ` * - ${line.trim().replace(/ +/, ': ')}`).join('\n')}
 */
export {};
`;
  writeFileSync(join(dist, 'index.js'), js);
  writeFileSync(join(dist, 'index.d.ts'), types);
}

interface Exported {
  readonly 'tavro-source'?: string;
  readonly types?: string;
}

function exportsOf(): Record<string, Exported> {
  const { exports }: { exports: Record<string, Exported> } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  return exports;
}

function sourceOf(entry: string): string {
  const source = exportsOf()[entry]?.['tavro-source'];
  if (source === undefined) throw new Error(`package.json has no entry ${entry} with a source.`);
  return join(ROOT, source);
}

/** Keeps the declarations that an entry reaches. */
function dropUnreachedTypes(dist: string): void {
  const reached = new Set<string>();
  const open = Object.values(exportsOf()).flatMap(({ types }) =>
    types === undefined ? [] : [join(dist, relative('dist', types))],
  );
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
      /(?:from |import\()'(\.[^']+)'/g,
    ))
      open.push(join(dirname(file), path.replace(/\.js$/, '.d.ts')));
  }
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
    if (path.endsWith('.d.ts') && !reached.has(join(dist, path))) rmSync(join(dist, path));
  dropEmptyFolders(dist);
}

function dropEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) dropEmptyFolders(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}

if (pathToFileURL(process.argv[1] ?? '').href === import.meta.url) {
  const [, , part, folder] = process.argv;
  if (part === 'function' && folder !== undefined) await buildFunction(folder);
  else await buildPackage(join(ROOT, 'dist'));
}
