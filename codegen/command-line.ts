/** How commands stand on the command line: what several of them say in the same way. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from './context.js';
import { CodegenError } from './error.js';

/**
 * A command with its name, options and action; `program.ts` lists them. Made anew for each run, as
 * commander keeps in it what it parsed.
 * @param done takes the exit code
 */
export type CommandLine = (context: Context, done: (code: number) => void) => Command;

/** Where the package is told of. */
export const HOMEPAGE = 'https://github.com/tavro/tavro#readme';

/** What stands below a command's `--help`. */
export interface Manual {
  /** Two or three command lines, without `npx`. */
  readonly examples: readonly string[];
  /** A page of the package, such as `docs/registry.md`. */
  readonly page: string;
}

/** The text for `addHelpText('after', …)`. */
export function manual({ examples, page }: Manual): string {
  const lines = examples.map((example) => `  npx ${example}`);
  return ['', 'Examples:', ...lines, '', `More: ${page} in the package, ${HOMEPAGE}`].join('\n');
}

/** Where a project's folders are unless it says otherwise. */
const USUAL = { schemas: 'schemas', out: 'generated' } as const;

/** `--schemas`. @param what what stands in the folder, for `--help` */
export function schemasOption(what = 'where the schemas are'): Option {
  return new Option('--schemas <folder>', what).argParser(folder).default(USUAL.schemas);
}

/** `--out`. */
export function outOption(): Option {
  return new Option('--out <folder>', 'where generated code goes')
    .argParser(folder)
    .default(USUAL.out);
}

/** `--no-cache`. */
export function noCacheOption(): Option {
  return new Option(
    '--no-cache',
    'do everything, whatever the last run did (it is noted in node_modules/.cache/tavro)',
  );
}

/** `--against`: the baselines of the gate. */
export function againstOption(): Option {
  const option = new Option('--against <baseline...>', 'lock, git[:ref] or registry[:url]');
  // No choices of commander's, which would refuse what stands behind the colon.
  return Object.assign(option.default(['lock']), { offers: ['lock', 'git', 'registry'] });
}

/** `--registry`, which other commands have: here the registry is one of the baselines. */
export function noRegistryOption(): Option {
  return new Option('--registry <url>').hideHelp().argParser(() => {
    // The URL is not repeated: it may hold a password.
    throw new CodegenError('USAGE', 'Write --against registry:URL in place of --registry URL.');
  });
}

/** The flags that name a project's folders, to be typed or put into a script; none for the usual ones. */
export function folderFlags(folders: { readonly schemas?: string; readonly out?: string }): string {
  const flag = (name: keyof typeof USUAL): string => {
    const value = folders[name];
    return value === undefined || value === USUAL[name]
      ? ''
      : ` --${name} ${JSON.stringify(value)}`;
  };
  return flag('schemas') + flag('out');
}

/** Parses an option's value. @throws InvalidArgumentError commander makes a usage error of it */
export function folder(value: string): string {
  if (value === '') throw new InvalidArgumentError('A folder is needed.');
  return value;
}

/** Parses an option's value. @throws InvalidArgumentError commander makes a usage error of it */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError('A whole number is needed.');
  }
  return number;
}
