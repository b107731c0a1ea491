import { AvroError, type ValueProblem } from '../errors.js';
import type { EncodeOptions } from '../wire/encode-options.js';
import { kindOf } from '../wire/kind-of.js';
import { Writer } from '../wire/writer.js';
import type { Codec } from './codec.js';

/** Most bad fields that one error names. */
const MAX_PROBLEMS = 100;

/**
 * Finds every field of a value that does not fit its schema. The fast path keeps no paths: this
 * second pass runs the same generated code over a value that notes which property was asked for,
 * with a writer that notes each refusal and goes on.
 */
export function explain<Write>(
  codec: Pick<Codec<unknown, Write>, 'name' | 'write'>,
  value: Write,
  options?: EncodeOptions,
): AvroError {
  const trace: Trace = { path: '' };
  const collector = new Collector(trace);
  const onBad = (expected: string, bad: unknown) => collector.note(expected, kindOf(bad));
  const replaceLoneSurrogates = options?.replaceLoneSurrogates === true;
  const writer = new Writer({ replaceLoneSurrogates, onBad });
  let cause: unknown;
  // A getter or a proxy that answered otherwise the first time.
  let reason = 'one that changes';
  try {
    writer.start();
    codec.write(writer, watch(value, '', trace));
  } catch (error) {
    // What the pass itself cannot go on from: a getter that throws, nesting over the limit.
    if (error !== FULL) {
      cause = error;
      reason = messageOf(error);
    }
  }
  const { problems } = collector;
  if (problems.length === 0) collector.note('a value that can be encoded', reason);
  const [first] = problems;
  const lines = problems.map(
    ({ path, expected, actual }) => `${path || 'value'}: expected ${expected}, got ${actual}`,
  );
  return new AvroError('AVRO_VALUE', `${codec.name} cannot be encoded: ${lines.join('; ')}`, {
    schema: codec.name,
    path: first?.path,
    expected: first?.expected,
    actual: first?.actual,
    problems,
    cause,
  });
}

const FULL = Symbol('enough problems');

interface Trace {
  /** Path of the property that was asked for last. */
  path: string;
}

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

/** Wraps records, arrays and maps so that each property access is noted; other values go as they are. */
function watch<T>(value: T, path: string, trace: Trace): T {
  if (!isPlain(value)) return value;
  return new Proxy(value, {
    get(target, property, receiver) {
      const inner = Reflect.get(target, property, receiver);
      if (typeof property === 'symbol') return inner;
      const isList = Array.isArray(target);
      // An array's length is asked for before and after its items, and is the array's own matter.
      const at = isList && property === 'length' ? path : pathOf(path, property, isList);
      trace.path = at;
      return watch(inner, at, trace);
    },
  });
}

function pathOf(path: string, property: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${property}]`;
  const name = /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(property)
    ? property
    : `[${JSON.stringify(property)}]`;
  return path === '' || name.startsWith('[') ? `${path}${name}` : `${path}.${name}`;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
