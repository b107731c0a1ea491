/** Runs measurements: bundles the child once, starts it for each. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { OUTPUT } from '../codec/generated-codecs.js';
import { runChild } from '../peers/child.js';
import { AS_A_SERVICE } from '../report/bundling.js';
import type { Figures, Task } from './child.js';

export interface Measured extends Figures {
  /** Most bytes that were in memory at a time. */
  readonly memory: number;
}

/**
 * Bundles the child, as a service may be: a loader that compiles while it runs would be measured
 * along. Packages stay outside, at the URLs that are given.
 */
export async function bundleChild(urls: Readonly<Record<string, string>>): Promise<string> {
  const outfile = join(OUTPUT, `producer-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile,
    ...AS_A_SERVICE,
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
  const { figures, memory } = await runChild<Figures>(child, task, { flags });
  return { ...figures, memory };
}
