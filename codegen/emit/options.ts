import type { KnownIds } from '../../runtime/codec.js';
import type { Representation } from '../model/logical.js';
import type { Field, RecordSchema, Schema } from '../model/schema.js';

/** How longs appear: exact, or as numbers that refuse values beyond 2^53. */
export type LongAs = 'bigint' | 'number';

/** A user's own representation of a logical type. */
export interface CustomConversion {
  /** Module of the conversion, as generated code imports it. */
  readonly module: string;
  /** Name of an exported `Conversion<Base, Value>`. */
  readonly conversion: string;
  /** The type that user code sees: a name exported by {@link typeModule}, or a TypeScript type text. */
  readonly type: string;
  readonly typeModule?: string;
}

/** `base`: as the base type appears. `number`: a long shown as a number. */
export type LogicalOverride = 'base' | 'number' | 'bigint' | CustomConversion;

/** What a project decides about generated code. */
export interface EmitOptions {
  /** Where generated code imports the runtime from. */
  readonly runtime: string;
  /** Ending of relative imports; `none` leaves it away. */
  readonly importExtension: 'js' | 'ts' | 'none';
  readonly longs: LongAs;
  /** By `<record full name>.<field>`. */
  readonly fieldLongs: ReadonlyMap<string, LongAs>;
  readonly logicalTypes: ReadonlyMap<string, LogicalOverride>;
}

/** What is generated, and from which past. */
export interface GenerateOptions extends EmitOptions {
  /** By full name of a type: the ids that registries gave to its versions. */
  readonly knownIds?: ReadonlyMap<string, KnownIds>;
  /** By full name of a type: the schemas of its released versions. */
  readonly versions?: ReadonlyMap<string, readonly Schema[]>;
}

export const DEFAULT_OPTIONS: EmitOptions = {
  runtime: 'tavro/runtime',
  importExtension: 'js',
  longs: 'bigint',
  fieldLongs: new Map(),
  logicalTypes: new Map(),
};

/** How longs within a field appear. */
export function longsOf(options: EmitOptions, record: RecordSchema, field: Field): LongAs {
  return options.fieldLongs.get(`${record.name}.${field.name}`) ?? options.longs;
}

/** How a logical type's values appear, with the project's override applied. */
export type Appearance = Representation & { readonly custom?: CustomConversion };
