/** `tavro init`: gives a project its first schema and the scripts that keep generated code fresh. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import {
  type CommandLine,
  folder,
  folderFlags,
  outOption,
  schemasOption,
} from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { readSchemaFiles } from '../disk/directory.js';
import { withScripts } from '../disk/package-scripts.js';
import { type FolderChange, replaceFiles } from '../disk/replace.js';
import { utf8Text } from '../disk/utf8.js';
import { CodegenError } from '../error.js';
import { CONFIG_FILE } from '../project/config/config.js';

interface InitOptions {
  /** The project's folder: its package.json is there. */
  readonly project: string;
  readonly schemas: string;
  readonly out: string;
}

const SAMPLE_FILE = 'com/example/events/user_click.avsc';
const SAMPLE = {
  type: 'record',
  name: 'UserClick',
  namespace: 'com.example.events',
  doc: 'A user clicked a link.',
  fields: [
    { name: 'user_id', type: 'string' },
    { name: 'url', type: 'string' },
    { name: 'timestamp', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
};
const SAMPLE_CONFIG = {
  topics: { 'user-clicks': { value: 'com.example.events.UserClick', key: 'string' } },
};

export const initCommand: CommandLine = (context, done) =>
  new Command('init')
    .description('give a project its first schema, and scripts that refuse stale generated code')
    .option('--project <folder>', 'where package.json is', folder, '.')
    .addOption(schemasOption('where the schemas go'))
    .addOption(outOption())
    .action(async (options: InitOptions) => done(await init(options, context)));

/** Writes what is missing; never over what is there. Running it again changes nothing. */
async function init(options: InitOptions, context: Context): Promise<number> {
  const file = join(options.project, 'package.json');
  if (!existsSync(file)) {
    throw new CodegenError(
      'USAGE',
      `There is no ${file}. Run \`npm init -y\` and \`npm i tavro\` first, or name the folder with --project.`,
    );
  }
  const { schemas, out } = options;
  // Refuses stale code, by exit code 100.
  const refuse = `tavro codegen --check${folderFlags({ schemas, out })}`;
  const scripts = {
    codegen: `tavro codegen${folderFlags({ schemas, out })}`,
    check: `tavro check${folderFlags({ schemas })}`,
  };
  const guards = { prebuild: refuse, pretest: refuse, presynth: refuse };
  const before = utf8Text(await readFile(file), file, 'INPUT_INVALID');
  const isYarn = runsNoPreScripts(options.project);
  const { text, added, kept } = withScripts(before, isYarn ? scripts : { ...scripts, ...guards });
  const sample = sampleFor(join(options.project, options.schemas));
  const manifest = text === before ? [] : [{ path: 'package.json', text }];
  replaceFiles([{ folder: options.project, files: manifest }, ...sample]);
  for (const name of added) context.out(`added    script ${name}`);
  for (const name of kept) {
    context.out(`kept     script ${name}`);
    if (name.startsWith('pre'))
      context.err(`${basename(file)}: put \`${refuse} && \` before what ${name} does.`);
  }
  if (isYarn)
    context.err(
      `Yarn runs no pre-scripts: put \`${refuse} && \` before what build, test and synth do.`,
    );
  for (const { folder, files } of sample)
    for (const { path } of files) context.out(`created  ${join(folder, path)}`);
  context.err('Next: npm run codegen. Then commit schemas and generated code.');
  return EXIT.clean;
}

/**
 * Yarn 2 and newer: it runs `build`, and not `prebuild` before it. Its settings stand in the
 * project's folder or, for a workspace, in one above.
 * @see https://yarnpkg.com/advanced/lifecycle-scripts
 */
function runsNoPreScripts(project: string): boolean {
  const folder = resolve(project);
  return (
    existsSync(join(folder, '.yarnrc.yml')) ||
    (dirname(folder) !== folder && runsNoPreScripts(dirname(folder)))
  );
}

/** A schema and a topic to begin with, for a folder that has neither. */
function sampleFor(folder: string): readonly FolderChange[] {
  const isEmpty =
    !existsSync(join(folder, CONFIG_FILE)) &&
    (!existsSync(folder) || readSchemaFiles(folder).length === 0);
  if (!isEmpty) return [];
  const text = (json: object): string => `${JSON.stringify(json, null, 2)}\n`;
  const files = [
    { path: SAMPLE_FILE, text: text(SAMPLE) },
    { path: CONFIG_FILE, text: text(SAMPLE_CONFIG) },
  ];
  return [{ folder, files }];
}
