/** The options of all benchmarks, read in one way: what is wrong is one line, and exit code 2. */
import { parseArgs } from 'node:util';

/** How an option is written, and what comes of the texts that were given. */
export interface Option<Value> {
  readonly type: 'boolean' | 'string';
  /** @throws BadOption */
  read(given: readonly string[]): Value;
}

type Values<Options> = {
  [Name in keyof Options]: Options[Name] extends Option<infer Value> ? Value : never;
};

export class BadOption extends Error {
  override name = 'BadOption';
}

/** `--quick`: given or not. */
export const flag: Option<boolean> = { type: 'boolean', read: (given) => given.length > 0 };

/** `--json out.json` */
export const text: Option<string | undefined> = { type: 'string', read: (given) => given.at(-1) };

/** `--node=--cpu-prof --node=--no-opt` */
export const texts: Option<readonly string[]> = { type: 'string', read: (given) => given };

/** `--runs 15`: a whole number from 1; without it, what else was decided. */
export const count: Option<number | undefined> = {
  type: 'string',
  read: ([...given]) => {
    const last = given.pop();
    return last === undefined ? undefined : countOf(last);
  },
};

/** `--only tavro,avsc` */
export const names: Option<readonly string[] | undefined> = {
  type: 'string',
  read: (given) => given.at(-1)?.split(','),
};

/** `--records 100,5000` */
export const counts: Option<readonly number[] | undefined> = {
  type: 'string',
  read: (given) => given.at(-1)?.split(',').map(countOf),
};

/** `--cases values,untouched`: names of a list. */
export function namesIn<Name extends string>(
  all: readonly Name[],
): Option<readonly Name[] | undefined> {
  const known = (name: string): Name => {
    const found = all.find((one) => one === name);
    if (found === undefined) throw new BadOption(`takes ${all.join(', ')}, not ${name}`);
    return found;
  };
  return { type: 'string', read: (given) => given.at(-1)?.split(',').map(known) };
}

function countOf(written: string): number {
  if (!/^[1-9]\d*$/.test(written)) throw new BadOption(`takes a number from 1, not ${written}`);
  return Number(written);
}

/** @throws BadOption */
export function parseOptions<Options extends Readonly<Record<string, Option<unknown>>>>(
  options: Options,
  args: readonly string[],
): Values<Options> {
  const forms = Object.entries(options).map(([name, { type }]) => {
    return [name, { type, multiple: true }] as const;
  });
  const given = givenIn(args, Object.fromEntries(forms));
  const values = Object.entries(options).map(([name, option]) => {
    return [name, readOption(option, name, given[name] ?? [])] as const;
  });
  // Safe: each name has what its option read.
  return Object.fromEntries(values) as Values<Options>;
}

function givenIn(
  args: readonly string[],
  options: Readonly<Record<string, { type: 'boolean' | 'string'; multiple: true }>>,
): Readonly<Record<string, readonly string[] | undefined>> {
  try {
    const { values } = parseArgs({ args: [...args], options });
    return Object.fromEntries(
      Object.entries(values).map(([name, all]) => [name, all?.map(String)]),
    );
  } catch (error) {
    // Node goes on with advice on positional arguments, which no benchmark takes.
    throw new BadOption(`${Object(error).message}`.split('. ')[0]);
  }
}

function readOption<Value>(option: Option<Value>, name: string, given: readonly string[]): Value {
  try {
    return option.read(given);
  } catch (error) {
    if (error instanceof BadOption) throw new BadOption(`--${name} ${error.message}`);
    throw error;
  }
}

/** What the process was started with; ends it with one line where that is wrong. */
export function readOptions<Options extends Readonly<Record<string, Option<unknown>>>>(
  options: Options,
): Values<Options> {
  try {
    return parseOptions(options, process.argv.slice(2));
  } catch (error) {
    if (error instanceof BadOption) refuse(error.message);
    throw error;
  }
}

/** Ends the process with one line and exit code 2: it was asked for what there is not. */
export function refuse(why: string): never {
  process.stderr.write(`${why.replace(/\.$/, '')}.\n`);
  process.exit(2);
}
