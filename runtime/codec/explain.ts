import { AvroError, type ValueProblem } from '../errors.js';
import type { EncodeOptions } from '../wire/encode-options.js';
import { kindOf } from '../wire/kind-of.js';
import type { Codec } from './codec.js';
import { type IsWatched, Trace } from './watch.js';

/** Most bad fields that one error names. */
export const MAX_PROBLEMS = 100;

/** What goes over values of a type as writing them does. */
export type ValueWriter<Write> = Pick<Codec<unknown, Write>, 'name' | 'check'>;

/** Finds every field of a value that does not fit its schema; of one that was refused. */
export function explain<Write>(
  codec: ValueWriter<Write>,
  value: Write,
  options?: EncodeOptions,
): AvroError {
  const { problems, trace, cause } = goOver(codec, value, options);
  if (problems.length > 0) return refusal(codec.name, problems, cause);
  // A getter or a proxy that answered otherwise the first time, or what ended this pass.
  const actual = cause === undefined ? 'one that changes' : messageOf(cause);
  const { path } = trace;
  return refusal(codec.name, [{ path, expected: 'a value that can be encoded', actual }], cause);
}

interface Found {
  readonly problems: readonly ValueProblem[];
  readonly trace: Trace;
  /** Whether the pass came to its end: then all was asked for that writing asks for. */
  readonly isWhole: boolean;
  readonly cause?: unknown;
}

/**
 * The fast path keeps no paths: this second pass runs the same generated code over a value that
 * notes which property was asked for, and each refusal is noted before it goes on.
 */
export function goOver<Write>(
  codec: ValueWriter<Write>,
  value: Write,
  options?: EncodeOptions & { readonly isWatched?: IsWatched },
): Found {
  const trace = new Trace(options?.isWatched);
  const collector = new Collector(trace);
  const onBad = (expected: string, bad: unknown) => collector.note(expected, kindOf(bad));
  const replaceLoneSurrogates = options?.replaceLoneSurrogates === true;
  const { problems } = collector;
  try {
    codec.check(trace.watch(value), onBad, { replaceLoneSurrogates });
    return { problems, trace, isWhole: true };
  } catch (error) {
    // What the pass itself cannot go on from: a getter that throws, nesting over the limit.
    const cause = error === FULL ? undefined : error;
    return { problems, trace, isWhole: false, cause };
  }
}

/** The error that names each problem. */
export function refusal(
  schema: string,
  problems: readonly ValueProblem[],
  cause?: unknown,
): AvroError {
  const [first] = problems;
  const lines = problems.map(
    ({ path, expected, actual }) => `${path || 'value'}: expected ${expected}, got ${actual}`,
  );
  return new AvroError('AVRO_VALUE', `${schema} cannot be encoded: ${lines.join('; ')}`, {
    schema,
    path: first?.path,
    expected: first?.expected,
    actual: first?.actual,
    problems,
    cause,
  });
}

const FULL = Symbol('enough problems');

class Collector {
  readonly problems: ValueProblem[] = [];
  private readonly trace: Trace;

  constructor(trace: Trace) {
    this.trace = trace;
  }

  note(expected: string, actual: string): void {
    const { path } = this.trace;
    if (!this.problems.some((problem) => problem.path === path))
      this.problems.push({ path, expected, actual });
    if (this.problems.length >= MAX_PROBLEMS) throw FULL;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
