/** `tavro settings`: what `tavro.json` may say. */
import { Command, Option } from 'commander';
import { type CommandLine, manual } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { avscSchema } from '../editor/avsc-schema.js';
import { settingsList, settingsPage } from '../editor/settings-page.js';
import { tavroSchema } from '../editor/tavro-schema.js';

const FORMATS = {
  text: settingsList,
  markdown: () => settingsPage().trimEnd(),
  'json-schema': () => JSON.stringify(tavroSchema(), null, 2),
  'avsc-json-schema': () => JSON.stringify(avscSchema(), null, 2),
} as const;

interface SettingsOptions {
  readonly format: keyof typeof FORMATS;
}

export const settingsCommand: CommandLine = (context, done) =>
  new Command('settings')
    .description('list the options of tavro.json, or print JSON Schemas for editors')
    .addOption(new Option('--format <format>').choices(Object.keys(FORMATS)).default('text'))
    .addHelpText(
      'after',
      manual({
        page: 'docs/settings.md',
        examples: ['tavro settings', 'tavro settings --format json-schema > tavro.schema.json'],
      }),
    )
    .action((options: SettingsOptions) => done(settings(options, context)));

function settings({ format }: SettingsOptions, context: Context): number {
  context.out(FORMATS[format]());
  return EXIT.clean;
}
