/** `tavro plan`: in which order the change gets to production. */
import { Command, Option } from 'commander';
import { openBaselines } from '../baseline/open.js';
import { openGate, runGate } from '../baseline/run.js';
import { printRollout } from '../check/rollout.js';
import {
  againstOption,
  type CommandLine,
  manual,
  noRegistryOption,
  schemasOption,
} from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { loadProject } from '../project/load.js';

interface PlanOptions {
  readonly schemas: string;
  readonly against: readonly string[];
  readonly format: 'text' | 'json';
}

export const planCommand: CommandLine = (context, done) =>
  new Command('plan')
    .description('tell in which order consumers and producers take the change')
    .addOption(schemasOption())
    .addOption(againstOption())
    .addOption(noRegistryOption())
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      manual({
        page: 'docs/compatibility.md',
        examples: ['tavro plan', 'tavro plan --against git:origin/main'],
      }),
    )
    .action(async (options: PlanOptions) => done(await plan(options, context)));

async function plan(options: PlanOptions, context: Context): Promise<number> {
  const gate = openGate(await loadProject(options.schemas), options.schemas);
  for (const note of gate.project.history.lock.notes ?? []) context.err(note);
  const baselines = await openBaselines(gate, options.against, context);
  const { rollouts } = runGate(gate, baselines, { context, withLint: false });
  if (options.format === 'json') context.out(JSON.stringify(rollouts));
  else if (rollouts.length === 0)
    context.out('Nothing changed since the last version of any subject: nothing to roll out.');
  else context.out(rollouts.map(printRollout).join('\n\n'));
  return EXIT.clean;
}
