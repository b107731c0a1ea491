/** Opens the baselines that a command line names. */
import type { Context } from '../context.js';
import { CodegenError } from '../error.js';
import type { Baseline } from './baseline.js';
import { gitBaseline } from './git.js';
import { registryBaseline } from './registry.js';
import { type Gate, openLock } from './run.js';

/** The baselines that `--against` names. @throws CodegenError */
export async function openBaselines(
  gate: Gate,
  against: readonly string[],
  context: Context,
): Promise<Baseline[]> {
  const baselines: Baseline[] = [];
  for (const name of against) {
    const [kind, rest] = split(name);
    if (kind === 'lock' && rest === undefined) baselines.push(openLock(gate));
    else if (kind === 'git') baselines.push(await gitBaseline(gate, { ref: rest, context }));
    else if (kind === 'registry')
      baselines.push(await registryBaseline(gate, { url: rest, context }));
    else
      throw new CodegenError(
        'USAGE',
        `--against takes lock, git, git:REF, registry or registry:URL, not ${name}.`,
      );
  }
  return baselines;
}

function split(name: string): readonly [string, string | undefined] {
  const at = name.indexOf(':');
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
}
