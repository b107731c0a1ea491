/**
 * `npm run bench:history`: what a long history costs. Generated and bundled size of a type with the
 * decoders of all its older versions, beside the same type without history. The chain is real:
 * 47 versions of Venice's StoreMetaValue, from the corpus beside the repository, or any folder of
 * v1.avsc, v2.avsc, ... given as argument.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { FileText } from '../codegen/emit/file.js';
import { generateFiles } from '../codegen/emit/generate.js';
import { DEFAULT_OPTIONS } from '../codegen/emit/options.js';
import { Project } from '../codegen/emit/project.js';
import { parseFiles } from '../codegen/model/parse.js';
import { parseSchema } from '../codegen/model/parse-schema.js';
import { SourceText } from '../codegen/model/source-text.js';
import { byName } from '../test/codegen/by-name.js';
import { OUTPUT } from './codec/generated-codecs.js';
import { printTable } from './codec/report.js';

const CHAIN = join(import.meta.dirname, '../../shared/corpus/chains/venice-StoreMetaValue');
const folder = process.argv[2] ?? CHAIN;
if (!existsSync(folder)) {
  process.stderr.write(`There is no chain at ${folder}: give a folder of v1.avsc, v2.avsc, ...\n`);
  process.exit(2);
}

const versions = (await readdir(folder))
  .flatMap((name) => /^v(\d+)\.avsc$/.exec(name)?.[1] ?? [])
  .sort((a, b) => Number(a) - Number(b));
const texts = await Promise.all(
  versions.map((version) => readFile(join(folder, `v${version}.avsc`), 'utf8')),
);
const latest = texts.at(-1) ?? '';
const model = parseFiles([new SourceText('latest.avsc', latest)], { role: 'history' });
const root = model.files[0]?.root;
if (root === undefined || !('name' in root)) throw new Error('The latest version has no name.');
const fullName = root.name;
const entry = `${new Project(model, DEFAULT_OPTIONS).namesOf(root).path}.ts`;
const history = texts.map((text) => parseSchema(text, { role: 'history' }).schema);

const rows = [];
for (const [what, list] of [
  ['one version', []],
  [`${history.length} versions`, history],
] as const) {
  const start = performance.now();
  const options = { ...DEFAULT_OPTIONS, versions: byName([[fullName, list]]) };
  const files = generateFiles(model, [], options);
  const ms = performance.now() - start;
  const bundled = await bundle(files);
  const decoders = files.flatMap(({ text }) => text.match(/^ {2}'[0-9a-f]{16}': \w+,$/gm) ?? []);
  const functions = files.flatMap(({ path, text }) =>
    path.endsWith('.versions.ts') ? (text.match(/^function /gm) ?? []) : [],
  );
  rows.push([
    what,
    String(decoders.length),
    String(functions.length),
    kib(files.reduce((sum, { text }) => sum + text.length, 0)),
    kib(bundled.length),
    kib(gzipSync(bundled).length),
    ms.toFixed(0),
  ]);
}
const head = [
  fullName,
  'older layouts',
  'functions',
  'generated KiB',
  'minified KiB',
  'packed KiB',
  'ms',
];
process.stdout.write(`${printTable([head, ...rows], 1).join('\n')}\n`);

async function bundle(files: readonly FileText[]): Promise<Uint8Array> {
  const output = join(OUTPUT, `history-${process.pid}`);
  for (const { path, text } of files) {
    await mkdir(dirname(join(output, path)), { recursive: true });
    await writeFile(join(output, path), text);
  }
  const { outputFiles } = await build({
    entryPoints: [join(output, entry)],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'esm',
    conditions: ['tavro-source'],
    outdir: output,
    logLevel: 'error',
  });
  await rm(output, { recursive: true });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
