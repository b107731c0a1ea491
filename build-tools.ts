/** What `npm run build` makes of the tools: commands, `tavro/codegen` and `tavro/testing`, in few files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { rollup } from 'rollup';

const ROOT = import.meta.dirname;
/** Rooms whose modules the tools load, so that each class is there once. */
export const MODULES = ['runtime', 'producer', 'consumer', 'infra'];
const PEERS = ['kafkajs', '@platformatic/kafka', 'aws-cdk-lib', 'constructs', '@aws-sdk/*'];

export const SHARED = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // Some packages have a main that no bundler can follow, and a module beside it.
  mainFields: ['module', 'main'],
  external: PEERS,
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/** CommonJS packages ask for built-ins by `require`, which a module does not have. */
export const REQUIRE =
  "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);";

/** Leaves modules of other rooms where they are: one folder up from what is bundled. */
export function ownModules(rooms: readonly string[]): Plugin {
  return {
    name: 'own-modules',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^\.\.\// }, ({ path, resolveDir }) => {
        const file = relative(ROOT, join(resolveDir, path)).split(sep).join('/');
        const isModule = rooms.some((room) => file.startsWith(`${room}/`));
        return isModule ? { path: `../${file}`, external: true } : undefined;
      });
    },
  };
}

/** What `tavro codegen` loads, whatever it finds: one file. */
const CODEGEN = [
  'codegen/program.ts',
  'codegen/commands/codegen.ts',
  'codegen/generation/part.ts',
  'codegen/generation/whole.ts',
];

/** Commands and `tavro/testing`, in one folder: each file finds the others beside it. */
export async function bundleTools(dist: string): Promise<Metafile> {
  const folder = join(dist, 'tools');
  const { metafile, outputFiles } = await build({
    ...SHARED,
    entryPoints: {
      cli: 'codegen/cli.ts',
      program: 'codegen/program.ts',
      codegen: 'codegen/index.ts',
      testing: 'local/index.ts',
      watchdog: 'local/kafka/watchdog.ts',
    },
    outdir: folder,
    format: 'esm',
    splitting: true,
    write: false,
    plugins: [ownModules(MODULES)],
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
  const ofCli = filesOf(['codegen/cli.ts'], metafile);
  const together = [...filesOf(CODEGEN, metafile)].filter((path) => !ofCli.has(path));
  await mergeInto(folder, texts, new Set(together));
  return metafile;
}

/** The files that some modules are in, with all that those import before they run. */
function filesOf(modules: readonly string[], { outputs }: Metafile): ReadonlySet<string> {
  const open = Object.keys(outputs).filter((path) =>
    modules.includes(outputs[path]?.entryPoint ?? ''),
  );
  const files = new Set<string>();
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(resolve(ROOT, path))) continue;
    files.add(resolve(ROOT, path));
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) open.push(imported);
  }
  return files;
}

/**
 * esbuild makes a file of the modules that the same commands need: some fifty for `codegen`, which
 * Node took 40 ms to find and to read. What `codegen` loads becomes one here, and what only others
 * load stays theirs. `cli.js` and what it imports are no part of it: it waits for its command, so
 * that a command which imported it would wait for itself, and `--version` needs no more than it.
 */
async function mergeInto(
  folder: string,
  texts: ReadonlyMap<string, string>,
  together: ReadonlySet<string>,
): Promise<void> {
  const inFolder = (path: string): string => join(folder, path);
  const merging = await rollup({
    input: ['cli.js', 'codegen.js', 'testing.js', 'watchdog.js'].map(inFolder),
    treeshake: false,
    makeAbsoluteExternalsRelative: false,
    plugins: {
      name: 'bundled',
      resolveId: (id) => {
        const path = id.startsWith('./') ? inFolder(id) : id;
        return texts.has(path) ? path : { id, external: true };
      },
      load: (path) => texts.get(path),
    },
  });
  const { output } = await merging.generate({
    format: 'esm',
    banner: REQUIRE,
    hoistTransitiveImports: false,
    onlyExplicitManualChunks: true,
    chunkFileNames: '[name].js',
    manualChunks: (path) => (together.has(path) ? 'program' : undefined),
  });
  mkdirSync(folder, { recursive: true });
  for (const file of output)
    if (file.type === 'chunk') writeFileSync(inFolder(file.fileName), file.code);
}
