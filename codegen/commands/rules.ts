/** `tavro rules`: what the gate looks for. */
import { Command, Option } from 'commander';
import { printRules, rulesPage } from '../check/rules-page.js';
import { type CommandLine, manual } from '../command-line.js';
import { type Context, EXIT } from '../context.js';

interface RulesOptions {
  readonly format: 'text' | 'json' | 'markdown';
}

export const rulesCommand: CommandLine = (context, done) =>
  new Command('rules')
    .description('list the rules of the gate')
    .addOption(
      new Option('--format <format>').choices(['text', 'json', 'markdown']).default('text'),
    )
    .addHelpText(
      'after',
      manual({ page: 'docs/rules.md', examples: ['tavro rules', 'tavro rules --format json'] }),
    )
    .action((options: RulesOptions) => done(rules(options, context)));

function rules({ format }: RulesOptions, context: Context): number {
  context.out(format === 'markdown' ? rulesPage().trimEnd() : printRules(format));
  return EXIT.clean;
}
