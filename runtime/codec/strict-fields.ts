/** Values that hold what their schema has no field for: what nothing reads is lost without a word. */
import type { AvroError, ValueProblem } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import type { EncodeOptions } from '../wire/encode-options.js';
import { hasProperties, kindOf } from '../wire/kind-of.js';
import type { Codec, EncodedMany, EncodeManyOptions } from './codec.js';
import { goOver, MAX_PROBLEMS, refusal, type ValueWriter } from './explain.js';
import { pathOf, type Trace } from './watch.js';

/**
 * The same codec, but that it refuses to encode a value with a field that the schema does not have,
 * misspelt or too much, in records and in those within arrays, maps and unions. Each value is gone
 * over twice: meant for tests, and for where values come from elsewhere.
 * @example strictFields(ClickCodec).encode(value) // AVRO_VALUE: refferer: … (did you mean "referrer"?)
 */
export function strictFields<C extends Codec<unknown, never>>(codec: C): C {
  return {
    ...codec,
    encode(value: never, options?: EncodeOptions) {
      refuseUndeclared(codec, value, options);
      return codec.encode(value, options);
    },
    encodeFramed(value: never, schemaId: number, options?: EncodeOptions) {
      refuseUndeclared(codec, value, options);
      return codec.encodeFramed(value, schemaId, options);
    },
    encodeMany(values: readonly never[], options?: EncodeManyOptions) {
      return strictMany(codec, values, options);
    },
  };
}

function strictMany(
  codec: Codec<unknown, never>,
  values: readonly never[],
  options: EncodeManyOptions | undefined,
): EncodedMany {
  const errors = new Map<number, AvroError>();
  const sound = values.filter((value, i) => {
    const error = undeclaredError(codec, value, options);
    if (error !== undefined) errors.set(i, error);
    return error === undefined;
  });
  const many = codec.encodeMany(sound, options);
  if (errors.size === 0) return many;
  const bounds: number[] = [];
  let next = 0;
  for (let i = 0, end = 0; i < values.length; i++) {
    if (errors.has(i)) {
      bounds.push(end, end);
      continue;
    }
    const error = many.errors.get(next);
    if (error !== undefined) errors.set(i, error);
    const start = many.bounds[2 * next] ?? end;
    end = many.bounds[2 * next + 1] ?? end;
    bounds.push(start, end);
    next++;
  }
  return { memory: many.memory, bounds, errors };
}

/**
 * What a value holds that its schema has no field for, each with its path and the field that may
 * have been meant; at most 100. Empty where there is nothing, or where the value cannot be encoded
 * for another reason that ends the search. What is given as `undefined` is not given.
 */
export function undeclaredFields<Write>(
  codec: Pick<Codec<unknown, Write>, 'name' | 'check'>,
  value: Write,
): readonly ValueProblem[] {
  return lookOver(codec, value).undeclared;
}

/** @throws AvroError `AVRO_VALUE`, naming each such field and all else that does not fit */
export function refuseUndeclared<Write>(
  codec: ValueWriter<Write>,
  value: Write,
  options?: EncodeOptions,
): void {
  const error = undeclaredError(codec, value, options);
  if (error !== undefined) throw error;
}

function undeclaredError<Write>(
  codec: ValueWriter<Write>,
  value: Write,
  options?: EncodeOptions,
): AvroError | undefined {
  const { problems, undeclared } = lookOver(codec, value, options);
  if (undeclared.length === 0) return undefined;
  return refusal(codec.name, [...problems, ...undeclared].slice(0, MAX_PROBLEMS));
}

/** Goes over the value of one of several types with what stands around it, which is none of the codec's. */
export function caseWriter(
  codec: ValueWriter<never>,
): ValueWriter<{ readonly case: unknown; readonly value: never }> {
  const { name } = codec;
  return { name, check: ({ case: _, value }, ...told) => codec.check(value, ...told) };
}

function lookOver<Write>(codec: ValueWriter<Write>, value: Write, options?: EncodeOptions) {
  const all = goOver(codec, value, { ...options, isWatched: hasProperties });
  const isSound = all.isWhole && all.problems.length === 0;
  // Instances of classes are watched here as well, and fail by that alone where their class has
  // private members. What fails without it is what is wrong.
  const plain = isSound ? all : goOver(codec, value, options);
  const { problems: found, trace, isWhole } = all.isWhole ? all : plain;
  const problems = found.filter(({ path }) =>
    plain.problems.some((bad) => isWithin(path, bad.path)),
  );
  if (!isWhole) return { problems, undeclared: [] };
  // What has no place is not looked into.
  const isBad = (path: string): boolean => found.some((bad) => isWithin(path, bad.path));
  const undeclared: ValueProblem[] = [];
  for (const { path, name, kind, missing } of unasked(trace)) {
    if (isBad(path)) continue;
    const meant = nearestName(name, missing);
    const hint = meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
    undeclared.push({ path, expected: `no field of this name${hint}`, actual: kind });
    if (undeclared.length >= MAX_PROBLEMS) break;
  }
  return { problems, undeclared };
}

interface Unasked {
  readonly path: string;
  readonly name: string;
  /** What was given. */
  readonly kind: string;
  /** What was asked for beside it, and not given. */
  readonly missing: readonly string[];
}

/** What was given, and what writing never asked for. */
function* unasked({ objects }: Trace): Generator<Unasked> {
  for (const { path, target, asked } of objects) {
    if (Array.isArray(target)) continue;
    for (const [name, value] of Object.entries(target)) {
      if (value === undefined || asked.has(name)) continue;
      const missing = [...asked].filter((other) => !Object.hasOwn(target, other));
      yield { path: pathOf(path, name, false), kind: kindOf(value), name, missing };
    }
  }
}

function isWithin(path: string, outer: string): boolean {
  if (outer === '') return true;
  return path.startsWith(outer) && /^(?:$|[.[])/.test(path.slice(outer.length));
}
