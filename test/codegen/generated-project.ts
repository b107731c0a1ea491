/** Generates code for schemas, compiles it with the real compiler, or bundles and imports it. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { FileText } from '../../codegen/emit/file.js';
import { generateFiles } from '../../codegen/emit/generate.js';
import { DEFAULT_OPTIONS, type GenerateOptions } from '../../codegen/emit/options.js';
import { Project } from '../../codegen/emit/project.js';
import { type Model, type ParseOptions, parseFiles } from '../../codegen/model/parse.js';
import { printProblem } from '../../codegen/model/problem.js';
import { SourceText } from '../../codegen/model/source-text.js';
import type { GeneratedCodec } from '../../runtime/generated-code.js';
import type { Json } from '../../runtime/json.js';
import { bundle } from './bundle.js';
import { refuseBadSyntax } from './syntax.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCRATCH = join(ROOT, 'node_modules', '.cache', 'tavro-test');

export interface Generated {
  readonly model: Model;
  readonly project: Project;
  readonly files: readonly FileText[];
}

/** Parses schemas (each as its own file) and generates their code. Throws with all errors. */
export function generate(
  schemas: readonly Json[],
  options: Partial<GenerateOptions> = {},
  parsing: ParseOptions = {},
): Generated {
  const sources = schemas.map(
    (schema, i) => new SourceText(`schema-${i}.avsc`, JSON.stringify(schema)),
  );
  const model = parseFiles(sources, parsing);
  const errors = model.problems.errors.map(printProblem);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const merged = { ...DEFAULT_OPTIONS, ...options };
  const files = generateFiles(model, [], merged);
  refuseBadSyntax(files);
  return { model, project: new Project(model, merged), files };
}

/** Writes files into a scratch folder of this name inside the repository, emptied first. */
export async function writeScratch(name: string, files: readonly FileText[]): Promise<string> {
  const folder = join(SCRATCH, name);
  await rm(folder, { recursive: true, force: true });
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** The flags that generated code must pass, of which strict is the least. */
const FLAGS = {
  strict: true,
  isolatedDeclarations: true,
  declaration: true,
  erasableSyntaxOnly: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  target: 'es2022',
  module: 'nodenext',
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  customConditions: ['tavro-source'],
};

/** What the compiler says of a folder: one line per error, `file(line,column): error TS…`. */
export async function compile(
  folder: string,
  compiler = 'typescript',
  flags: Readonly<Record<string, boolean | string>> = {},
): Promise<string[]> {
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...FLAGS, ...flags }, include: ['.'] }),
  );
  const tsc = join(ROOT, 'node_modules', compiler, 'bin', 'tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
      cwd: folder,
    });
    return [];
  } catch (error) {
    // Not `instanceof Error`: jest's context has an Error of its own.
    const isFailure = typeof error === 'object' && error !== null && 'stdout' in error;
    const output = isFailure ? String(error.stdout) : '';
    if (output.trim() === '') throw error;
    return output.trim().split('\n');
  }
}

export type Codecs = ReadonlyMap<string, GeneratedCodec<unknown, unknown>>;

/** Codecs of generated code by full name, bundled with the runtime and imported. */
export async function importCodecs(name: string, generated: Generated): Promise<Codecs> {
  const [codecs] = await importAllCodecs(name, [generated]);
  if (codecs === undefined) throw new Error('The bundle has no codecs.');
  return codecs;
}

/** The same of many projects, in one bundle. */
export async function importAllCodecs(name: string, all: readonly Generated[]): Promise<Codecs[]> {
  const bundle = await bundleCodecs(name, all);
  const module: Record<string, GeneratedCodec<unknown, unknown>> = await import(
    pathToFileURL(bundle).href
  );
  return all.map(({ project }, p) => {
    const entries = project.types.map((type, i) => [type.name, module[`codec${p}_${i}`]] as const);
    return new Map(entries.flatMap(([name, codec]) => (codec ? [[name, codec] as const] : [])));
  });
}

/** Bundles the codecs of projects with the runtime; answers the module's path. */
export async function bundleCodecs(
  name: string,
  all: readonly Pick<Generated, 'project' | 'files'>[],
): Promise<string> {
  const files = all.flatMap(({ files }, p) =>
    files.map(({ path, text }) => ({ path: `p${p}/${path}`, text })),
  );
  const exports = all.flatMap(({ project }, p) =>
    project.types.map((type, i) => {
      const names = project.namesOf(type);
      return `export { ${names.codec} as codec${p}_${i} } from './p${p}/${names.path}.js';`;
    }),
  );
  const folder = await writeScratch(name, [...files, { path: 'all.ts', text: exports.join('\n') }]);
  return bundle(join(folder, 'all.ts'));
}
