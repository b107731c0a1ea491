/** The command lines of the gate: `check`, `compare`, `plan`, `rules`. */
import { type Command, Option } from 'commander';
import { FORMAT_NAMES } from './check/report/index.js';
import { check } from './commands/check.js';
import { compare } from './commands/compare.js';
import { plan } from './commands/plan.js';
import { rules } from './commands/rules.js';
import type { Context } from './context.js';

export function addGateCommands(
  program: Command,
  context: Context,
  done: (code: number) => void,
): void {
  const schemas = ['--schemas <folder>', 'where the .avsc files are', 'schemas'] as const;
  program
    .command('check')
    .description('check the schemas against their history; exit 100 when something breaks')
    .option(...schemas)
    .option('--against <baseline...>', 'lock, git[:ref] or registry[:url]', ['lock'])
    .addOption(new Option('--format <format>').choices(FORMAT_NAMES).default('text'))
    .option('--fix', 'mend what is mechanical first')
    .action(async (options) => done(await check(options, context)));
  program
    .command('compare')
    .description('tell whether a reader schema reads all data of a writer schema')
    .option('--reader <file>', 'the schema that reads')
    .option('--writer <file>', 'the schema that wrote')
    .option('--reference <file...>', 'files with types that both refer to', [])
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .option('--pairs', 'JSON lines {"reader", "writer"} in, one JSON line out for each')
    .action(async (options) => done(await compare(options, context)));
  program
    .command('plan')
    .description('tell in which order consumers and producers take the change')
    .option(...schemas)
    .option('--against <baseline...>', 'lock, git[:ref] or registry[:url]', ['lock'])
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (options) => done(await plan(options, context)));
  program
    .command('rules')
    .description('list the rules of the gate')
    .addOption(
      new Option('--format <format>').choices(['text', 'json', 'markdown']).default('text'),
    )
    .action((options) => done(rules(options, context)));
}
