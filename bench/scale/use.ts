/** What one topic of many costs an application: to import it, and to compile against it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as transpile } from 'esbuild';
import { topicOf } from '../gate/project.js';
import { accounted, median, moduleOf } from './accounted.js';
import { ROOT } from './build.js';
import type { Workspace } from './workspace.js';

/** The topic that applications use. */
const TOPIC = topicOf(0);
const TRANSPILED = 'transpiled';

export interface Imported {
  /** Milliseconds of the import alone. */
  readonly ms: number;
  /** Modules loaded: generated ones, and those of this package. */
  readonly generated: number;
  readonly library: number;
}

/** Imports a topic by plain Node, from modules that were transpiled and not bundled. */
export async function importTopic(workspace: Workspace, runs: number): Promise<Imported> {
  const outdir = join(workspace.folder, TRANSPILED);
  await transpile({
    entryPoints: await workspace.filesIn('generated'),
    outbase: join(workspace.folder, 'generated'),
    outdir,
    format: 'esm',
    logLevel: 'error',
  });
  const url = pathToFileURL(join(outdir, `${moduleWith(workspace, 'topics')}.js`)).href;
  const run = (...flags: readonly string[]) =>
    accounted(
      [...workspace.build.flags, ...flags, '--input-type=module', '--eval', TIMED_IMPORT, url],
      { cwd: workspace.folder },
    );
  const times = Array.from({ length: runs }, () => Number(run().out));
  // In a run of its own: to be told of every module takes time.
  const loaded = [...run('--import', TOLD).err.matchAll(/^LOADED (.+)$/gm)].map(([, one]) => one);
  const generated = loaded.filter((one) => one?.includes(`/${TRANSPILED}/`)).length;
  return { ms: median(times), generated, library: loaded.length - generated };
}

const TIMED_IMPORT = `
  const start = performance.now();
  await import(process.argv[1]);
  process.stdout.write(String(performance.now() - start));
`;
/** Prints the address of every module of a file. */
const HOOK = moduleOf(`
  export const load = (url, context, next) => {
    if (url.startsWith('file:')) process._rawDebug('LOADED ' + url);
    return next(url, context);
  };
`);
const TOLD = moduleOf(`import { register } from 'node:module'; register(${JSON.stringify(HOOK)});`);

/** The generated module that has a topic: its own, or that of all. */
function moduleWith({ folder }: Workspace, kind: 'topics' | 'contracts'): string {
  const own = `${kind}/${TOPIC}`;
  return existsSync(join(folder, 'generated', `${own}.ts`)) ? own : kind;
}

export interface Compiled {
  /** Milliseconds from start to end. */
  readonly wall: number;
  /** Bytes in use, as the compiler itself counts them. */
  readonly memory: number;
}

/** The compilers of this repository: the package's name, as npm installed it. */
export const COMPILERS = ['typescript', 'typescript-6'] as const;

export function versionOf(compiler: string): string {
  const { version }: { version: string } = createRequire(import.meta.url)(
    `${compiler}/package.json`,
  );
  return version;
}

/** Compiles an application that sends to one topic and shows its contract to a stack. */
export async function compileTopic(workspace: Workspace, compiler: string): Promise<Compiled> {
  await writeFile(join(workspace.folder, 'application.ts'), await application(workspace));
  await writeFile(join(workspace.folder, 'tsconfig.json'), JSON.stringify(tsconfig(workspace)));
  const tsc = join(ROOT, 'node_modules', compiler, 'bin', 'tsc');
  const start = performance.now();
  const { status, stdout } = spawnSync(
    process.execPath,
    [tsc, '-p', workspace.folder, '--extendedDiagnostics', '--pretty', 'false'],
    { cwd: workspace.folder, encoding: 'utf8' },
  );
  const wall = performance.now() - start;
  const kibibytes = /^Memory used:\s*(\d+)K$/m.exec(stdout)?.[1];
  if (status !== 0 || kibibytes === undefined)
    throw new Error(`The application does not compile: ${stdout.slice(0, 2_000)}`);
  return { wall, memory: Number(kibibytes) * 1024 };
}

async function application(workspace: Workspace): Promise<string> {
  const contracts = moduleWith(workspace, 'contracts');
  const topic = await topicConstant(workspace);
  return [
    `import { ${topic} } from './generated/${moduleWith(workspace, 'topics')}.js';`,
    `import * as contracts from './generated/${contracts}.js';`,
    `type Event = Parameters<typeof ${topic}.value.encode>[0];`,
    `export const encode = (event: Event): Uint8Array => ${topic}.value.encode(event);`,
    contracts === 'contracts'
      ? `export const contract = contracts.contracts.topics['${TOPIC}'];`
      : 'export const contract = contracts;',
    '',
  ].join('\n');
}

/** The name of the constant that is the topic. */
async function topicConstant(workspace: Workspace): Promise<string> {
  const file = join(workspace.folder, 'generated', `${moduleWith(workspace, 'topics')}.ts`);
  const text = await readFile(file, 'utf8');
  const [before = ''] = text.split(`name: '${TOPIC}'`);
  const name = [...before.matchAll(/^export const (\w+)/gm)].at(-1)?.[1];
  if (name === undefined) throw new Error(`${file} has no constant of ${TOPIC}.`);
  return name;
}

function tsconfig({ build }: Workspace): object {
  return {
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: 'es2023',
      lib: ['es2023'],
      module: 'nodenext',
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules', '@types')],
      skipLibCheck: true,
      customConditions: build.conditions,
    },
    files: ['application.ts'],
  };
}
