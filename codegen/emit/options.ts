import type { Rounding } from '../../runtime/codec/decimal-text.js';
import type { SubjectReads } from '../check/verdicts.js';
import type { PublishedIds } from '../history/known-ids.js';
import type { Representation } from '../model/logical.js';
import type { Field, NamedSchema, RecordSchema, Schema } from '../model/schema.js';

/** How longs appear: exact, or as numbers that refuse values beyond 2^53. */
export type LongAs = 'bigint' | 'number';

/** What becomes of digits beyond a decimal's scale when it is written: an error, or they are rounded. */
export type DecimalRounding = 'refuse' | Rounding;

/** A user's own representation of a logical type. */
export interface CustomConversion {
  /** A package, or a path that starts with a dot: relative to the folder of generated code. */
  readonly module: string;
  /**
   * Name of an exported `Conversion<Base, Value>`. Base is what Avro stores: string, `Uint8Array`,
   * number for an int and for milliseconds, bigint for other longs; for decimals the exact text.
   */
  readonly conversion: string;
  /** The type that user code sees: a name exported by {@link typeModule}, or a TypeScript type text. */
  readonly type: string;
  readonly typeModule?: string;
}

/** `base`: as the base type appears. `number`: a long shown as a number. */
export type LogicalOverride = 'base' | 'number' | 'bigint' | CustomConversion;

/** What a project decides about generated code. */
export interface EmitOptions {
  /** Where generated code imports its part of the runtime from, in place of `tavro/generated-code`. */
  readonly runtime: string;
  /** Ending of relative imports; `none` leaves it away. */
  readonly importExtension: 'js' | 'ts' | 'none';
  readonly longs: LongAs;
  /** By `<record full name>.<field>`. */
  readonly fieldLongs: ReadonlyMap<string, LongAs>;
  readonly decimals: DecimalRounding;
  /** By `<record full name>.<field>`. */
  readonly fieldDecimals: ReadonlyMap<string, DecimalRounding>;
  readonly logicalTypes: ReadonlyMap<string, LogicalOverride>;
}

/** Names that generated code has already: nothing else gets them. */
export interface GivenNames {
  /** Topic -> constant; also of topics that are gone. */
  readonly topics: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<NamedSchema, string>;
}

/** What is there under a key; a map is one, and so is what works it out when it is asked. */
export type Lookup<T, Key = string> = Pick<ReadonlyMap<Key, T>, 'get'>;

/** What is generated, and from which past. */
export interface GenerateOptions extends EmitOptions {
  /** Names to keep; others are given so that their order does not matter. */
  readonly names?: GivenNames;
  /** Of a type, or of what a topic carries without a name: the ids that registries, by URL, gave to its versions. */
  readonly knownIds?: Lookup<Readonly<Record<string, PublishedIds>>, Schema>;
  /** By topic: the numbers of its values' versions, by the ids that registries gave to them. */
  readonly writerVersions?: Lookup<Readonly<Record<string, PublishedIds<number>>>>;
  /** Of a type, or of what a topic carries without a name: the schemas of its released versions whose data may still be there. */
  readonly versions?: Lookup<readonly Schema[], Schema>;
  /** By subject: which of its versions cannot read which. */
  readonly reads?: Lookup<SubjectReads>;
  /** By topic: hashes of the files that its code is made of, by path. */
  readonly sources?: Lookup<Readonly<Record<string, string>>>;
}

export const DEFAULT_OPTIONS: EmitOptions = {
  runtime: 'tavro/generated-code',
  importExtension: 'js',
  longs: 'bigint',
  fieldLongs: new Map(),
  decimals: 'refuse',
  fieldDecimals: new Map(),
  logicalTypes: new Map(),
};

/** The same options with relative modules seen from another folder; `change` says how. */
export function moveModules(options: EmitOptions, change: (module: string) => string): EmitOptions {
  const moved = (module: string): string => (module.startsWith('.') ? change(module) : module);
  const logicalTypes = [...options.logicalTypes].map(
    ([name, override]): [string, LogicalOverride] => {
      if (typeof override === 'string') return [name, override];
      const { module, typeModule, ...rest } = override;
      const type = typeModule === undefined ? {} : { typeModule: moved(typeModule) };
      return [name, { ...rest, module: moved(module), ...type }];
    },
  );
  return {
    ...options,
    runtime: moved(options.runtime),
    logicalTypes: new Map(logicalTypes),
  };
}

/** A module of the runtime that stands beside the one that {@link EmitOptions.runtime} names. */
export function besideRuntime({ runtime }: EmitOptions, name: string): string {
  return runtime.replace(/[^/.]+(?=(\.\w+)?$)/, name);
}

/** How longs within a field appear. */
export function longsOf(options: EmitOptions, record: RecordSchema, field: Field): LongAs {
  return options.fieldLongs.get(`${record.name}.${field.name}`) ?? options.longs;
}

/** How decimals within a field are rounded when they are written; `undefined` where they are not. */
export function roundingOf(
  options: EmitOptions,
  record: RecordSchema,
  field: Field,
): Rounding | undefined {
  const rounding = options.fieldDecimals.get(`${record.name}.${field.name}`) ?? options.decimals;
  return rounding === 'refuse' ? undefined : rounding;
}

/** How a logical type's values appear, with the project's override applied. */
export type Appearance = Representation & { readonly custom?: CustomConversion };
