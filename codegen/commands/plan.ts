/** `tavro plan`: in which order the change gets to production. */
import { printRollout } from '../check/rollout.js';
import { loadProject } from '../source/project.js';
import { openBaselines } from './check.js';
import { type Context, EXIT } from './context.js';
import { openGate, runGate } from './gate.js';

export interface PlanOptions {
  readonly schemas: string;
  readonly against: readonly string[];
  readonly format: 'text' | 'json';
}

export async function plan(options: PlanOptions, context: Context): Promise<number> {
  const gate = openGate(await loadProject(options.schemas), options.schemas);
  const baselines = await openBaselines(gate, options.against, context);
  const { rollouts } = runGate(gate, baselines, { context, withLint: false });
  if (options.format === 'json') context.out(JSON.stringify(rollouts));
  else if (rollouts.length === 0)
    context.out('Nothing changed since the last version of any subject: nothing to roll out.');
  else context.out(rollouts.map(printRollout).join('\n\n'));
  return EXIT.clean;
}
