/** `tavro init`: gives a project its first schema and the scripts that keep generated code fresh. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CodegenError } from '../error.js';
import { CONFIG_FILE } from '../source/config.js';
import { readSchemaFiles } from '../source/directory.js';
import { withScripts } from '../source/package-scripts.js';
import { type Context, EXIT } from './context.js';

export interface InitOptions {
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

/** Writes what is missing; never over what is there. Running it again changes nothing. */
export async function init(options: InitOptions, context: Context): Promise<number> {
  const file = join(options.project, 'package.json');
  if (!existsSync(file)) {
    throw new CodegenError(
      'USAGE',
      `There is no ${file}. Run \`npm init -y\` and \`npm i tavro\` first, or name the folder with --project.`,
    );
  }
  const refuse = refusal(options);
  const scripts = {
    codegen: refuse.replace(' --check', ''),
    check: `tavro check${flag('schemas', options.schemas, 'schemas')}`,
    prebuild: refuse,
    pretest: refuse,
    presynth: refuse,
  };
  const before = await readFile(file, 'utf8');
  const { text, added, kept } = withScripts(before, scripts);
  if (text !== before) await writeFile(file, text);
  for (const name of added) context.out(`added    script ${name}`);
  for (const name of kept) {
    context.out(`kept     script ${name}`);
    if (name.startsWith('pre'))
      context.err(`${basename(file)}: put \`${refuse} && \` before what ${name} does.`);
  }
  for (const path of await writeSample(join(options.project, options.schemas)))
    context.out(`created  ${path}`);
  context.err('Next: npm run codegen. Then commit schemas and generated code.');
  return EXIT.clean;
}

/** What refuses stale code, by exit code 100. */
function refusal({ schemas, out }: InitOptions): string {
  return `tavro codegen --check${flag('schemas', schemas, 'schemas')}${flag('out', out, 'generated')}`;
}

function flag(name: string, value: string, usual: string): string {
  return value === usual ? '' : ` --${name} ${JSON.stringify(value)}`;
}

/** A schema and a topic to begin with, in a folder that has neither. */
async function writeSample(schemas: string): Promise<string[]> {
  const config = join(schemas, CONFIG_FILE);
  const isEmpty =
    !existsSync(config) && (!existsSync(schemas) || readSchemaFiles(schemas).length === 0);
  if (!isEmpty) return [];
  const files = { [join(schemas, SAMPLE_FILE)]: SAMPLE, [config]: SAMPLE_CONFIG };
  for (const [path, json] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(json, null, 2)}\n`);
  }
  return Object.keys(files);
}
