/** What "an option given as undefined is an option not given" means, for one options object. */

import { inspect } from 'node:util';
import fc from 'fast-check';
import { currentSeed } from '../seeds/current.js';

/** One options object: what must be given, what may be, and what comes of it. */
export interface Row {
  /** Optional members with values that are not their defaults. */
  readonly given: Readonly<Record<string, unknown>>;
  /** How often it is tried with a mix of given, undefined and absent members. */
  readonly mixes: number;
  /** What comes of these options, as data: the answer, or all that was seen from outside. */
  run(options: never): unknown;
}

export function row<Options extends object>(
  given: Readonly<Record<string, unknown>>,
  run: (options: Options) => unknown,
  mixes = 12,
): Row {
  return { given, run, mixes };
}

/**
 * Tries each optional member alone, and mixes of them. Answers what differs: a text for each, none
 * when all is well.
 */
export async function differences({ given, run, mixes }: Row): Promise<string[]> {
  const names = Object.keys(given);
  const found: string[] = [];
  const come = outcomes(run);
  const attempt = async (state: readonly State[]): Promise<void> => {
    const present = names.filter((_, i) => state[i] === 'given').map((name) => [name, given[name]]);
    const undefinedOnes = names.filter((_, i) => state[i] === 'undefined');
    const without = Object.fromEntries(present);
    const withThem = { ...without, ...Object.fromEntries(undefinedOnes.map((name) => [name])) };
    const [want, got] = [await come(without), await come(withThem)];
    if (want !== got) found.push(`${undefinedOnes.join(', ')}: ${difference(want, got)}`);
  };
  await attempt(names.map(() => 'undefined'));
  for (const alone of names) {
    await attempt(names.map((name) => (name === alone ? 'undefined' : 'absent')));
  }
  const state = fc.constantFrom<State>('given', 'undefined', 'absent');
  const mix = fc.array(state, { minLength: names.length, maxLength: names.length });
  for (const one of fc.sample(mix, { numRuns: mixes, seed: currentSeed() })) await attempt(one);
  return found;
}

/** Where two long texts part. */
function difference(want: string, got: string): string {
  const at = [...want].findIndex((char, i) => char !== got[i]);
  const from = Math.max(0, at - 60);
  return `${want.slice(from, at + 60)} became ${got.slice(from, at + 60)}`;
}

/** What comes of options of one row. The same ones are run once: what is given never changes but by its presence. */
function outcomes(run: Row['run']): (options: object) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (options) => {
    const members = Object.entries(options).map(([name, value]) => [name, value !== undefined]);
    const key = JSON.stringify(members);
    const answer = known.get(key) ?? outcome(run, options);
    known.set(key, answer);
    return answer;
  };
}

type State = 'given' | 'undefined' | 'absent';

async function outcome(run: Row['run'], options: object): Promise<string> {
  try {
    // Safe: the row was made with the type of these options, of which all are optional.
    return text(await run(options as never));
  } catch (error) {
    return `threw ${errorText(error)}`;
  }
}

/** An error without its stack. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return text(error);
  const { stack: _, ...fields }: Record<string, unknown> = { ...error };
  const { name, message } = error;
  return text({ name, message, hasCause: 'cause' in error, fields: definedIn(fields) });
}

/** A member that is undefined reads as one that is absent. */
function definedIn(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

function text(value: unknown): string {
  return inspect(value instanceof Error ? errorText(value) : value, {
    depth: 12,
    sorted: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 1_000,
    maxStringLength: 20_000,
  });
}
