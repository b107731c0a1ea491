/** `tavro codegen`: schemas -> generated code and the lock's drafts. */
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { stateFromJson, stateToJson } from '../cache/state.js';
import { type Store, storeAt } from '../cache/store.js';
import {
  type CommandLine,
  manual,
  noCacheOption,
  outOption,
  schemasOption,
} from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { reason } from '../disk/reason.js';
import { isTemporary } from '../disk/temporary.js';
import { FolderWatcher } from '../disk/watch-folder.js';
import { CodegenError } from '../error.js';
import { generate, type Kept } from '../generation/generate.js';
import type { RunOptions } from '../generation/run.js';
import type { State } from '../generation/state.js';
import { isLockPath, LOCK_FOLDER } from '../history/lock.js';

interface CodegenOptions extends RunOptions {
  /** Generate again whenever a schema changes, until the context's signal. */
  readonly watch?: boolean;
  /** Whether to keep, and go by, what the last run made of which files. */
  readonly cache: boolean;
}

/** Milliseconds without a further change before files are read: editors write in several steps. */
const SETTLE_MS = 50;

export const codegenCommand: CommandLine = (context, done) =>
  new Command('codegen')
    .description('write typed code for every schema; keep the drafts in the lock')
    .addOption(schemasOption())
    .addOption(outOption())
    .option('--check', 'write nothing; exit 100 when something is stale')
    .option('--watch', 'generate again whenever a schema changes')
    .addOption(noCacheOption())
    .addHelpText(
      'after',
      manual({
        page: 'README.md',
        examples: ['tavro codegen', 'tavro codegen --watch', 'tavro codegen --check'],
      }),
    )
    .action(async (options: CodegenOptions) => done(await codegen(options, context)));

async function codegen(options: CodegenOptions, context: Context): Promise<number> {
  const store = options.cache ? storeOf(options) : undefined;
  const before = stateFromJson<State>(store?.load());
  const kept: Kept = { state: before };
  if (options.watch === true) return watchSchemas(options, { context, kept, store });
  const exit = await generate(options, { context, kept });
  save(store, { before, kept });
  return exit;
}

/** What one state is of: messages name files as they are seen from the current folder. */
function storeOf({ schemas, out }: CodegenOptions): Store | undefined {
  return storeAt(schemas, ['codegen', resolve(schemas), schemas, resolve(out), out, process.cwd()]);
}

function save(
  store: Store | undefined,
  { before, kept }: { before: Kept['state']; kept: Kept },
): void {
  if (kept.state !== undefined && kept.state !== before) store?.save(stateToJson(kept.state));
}

async function generateAndReport(
  options: CodegenOptions,
  { context, kept }: { context: Context; kept: Kept },
): Promise<void> {
  const start = performance.now();
  const ended = (how: string): void => {
    const time = Math.round(performance.now() - start);
    context.err(`${how} in ${time} ms. Watching ${options.schemas}.`);
  };
  // Editors wait for these two lines, and read what stands between (`editor/vscode.ts`).
  context.err(`Generating from ${options.schemas}.`);
  try {
    const exit = await generate(
      { ...options, format: 'compact' },
      // A context of its own: each run is long or quick by itself.
      { context: { ...context }, kept },
    );
    ended(exit === EXIT.clean ? 'Done' : 'Failed');
  } catch (error) {
    if (!(error instanceof CodegenError)) throw error;
    // The next edit may mend it: watching goes on.
    context.err(error.message);
    ended('Failed');
  }
}

function openWatcher(folder: string, tell: (path: string) => void): FolderWatcher {
  try {
    return new FolderWatcher(folder, tell);
  } catch (cause) {
    const message = `The schemas folder ${folder} cannot be watched: ${reason(cause)}.`;
    throw new CodegenError('SCHEMAS_UNREADABLE', message, { cause });
  }
}

async function watchSchemas(
  options: CodegenOptions,
  { context, kept, store }: { context: Context; kept: Kept; store: Store | undefined },
): Promise<number> {
  const before = kept.state;
  // Watching starts first: what changes during the first run is seen by the second.
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const watcher = openWatcher(options.schemas, (path) => {
    // The lock is written here, by way of temporary files: they are no reason to start again.
    if (path === LOCK_FOLDER || isLockPath(path) || isTemporary(basename(path))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => generateAndReport(options, { context, kept }));
    }, SETTLE_MS);
  });
  running = generateAndReport(options, { context, kept });
  await new Promise((done) => context.signal.addEventListener('abort', done, { once: true }));
  clearTimeout(timer);
  watcher.close();
  await running;
  save(store, { before, kept });
  return EXIT.clean;
}
