/** Runs measurements: bundles the child once, starts it for each. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { OUTPUT } from '../codec/generated-codecs.js';
import { accountIn, REPORT } from '../scale/accounted.js';
import type { Figures, Task } from './child.js';

const run = promisify(execFile);

export interface Measured extends Figures {
  /** Most bytes that were in memory at a time. */
  readonly memory: number;
}

/** Longer than any measurement, in milliseconds: what hangs is a failure. */
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT = 2 ** 24;

/**
 * Bundles the child, as a service may be: a loader that compiles while it runs would be measured
 * along. Packages stay outside, at the URLs that are given.
 */
export async function bundleChild(urls: Readonly<Record<string, string>>): Promise<string> {
  const outfile = join(OUTPUT, `producer-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['tavro-source'],
    logLevel: 'error',
    plugins: [
      {
        name: 'packages-outside',
        setup({ onResolve }) {
          onResolve({ filter: /^[a-z@]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('tavro/')
              ? undefined
              : { path: urls[path] ?? path, external: true },
          );
        },
      },
    ],
  });
  return outfile;
}

/** @throws Error with what the child said last */
export async function measureOnce(
  child: string,
  task: Task,
  flags: readonly string[],
): Promise<Measured> {
  const args = [...flags, '--import', REPORT, child, JSON.stringify(task)];
  const ran = run(process.execPath, args, { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT });
  const { stdout, stderr } = await ran.catch((error: unknown) => {
    throw new Error(lastWords(error));
  });
  const account = accountIn(stderr);
  if (account === undefined) throw new Error('it gave no account of itself');
  // Safe: the child's own.
  const figures = JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as Figures;
  return { ...figures, memory: account.memory };
}

function lastWords(error: unknown): string {
  const { stderr, killed }: { stderr?: unknown; killed?: unknown } = Object(error);
  if (killed === true) return `no figures after ${TIMEOUT_MS / 1000} s`;
  return /^\w*Error.*$/m.exec(String(stderr))?.[0] ?? String(stderr).trim().slice(-500);
}
