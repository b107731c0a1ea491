/**
 * What a rule is. The key under which a rule stands in the table decides the pair it gets, so a
 * rule in the wrong place does not compile. Rules say reader and writer, never old and new:
 * `modes.ts` decides who is which.
 */
import type { TypePath } from '../model/misplaced-logical.js';
import type {
  EnumSchema,
  Field,
  FixedSchema,
  NamedSchema,
  PrimitiveSchema,
  RecordSchema,
  Schema,
  UnionSchema,
} from '../model/schema.js';
import type { Origin } from '../model/source-text.js';
import type { Example } from './example.js';
import type { FactExample, FactKind, Facts } from './facts.js';

/**
 * WIRE: data stops decoding. SEMANTIC: it decodes and means something else. SOURCE: code that uses
 * the generated types stops compiling. LINT: the schema will make trouble, alone.
 */
export const CATEGORIES = ['WIRE', 'SEMANTIC', 'SOURCE', 'LINT'] as const;
export type Category = (typeof CATEGORIES)[number];

/** `error`: the check fails. `warning`: it is shown. `off`: it is not looked for. */
export const SEVERITIES = ['error', 'warning', 'off'] as const;
export type Severity = (typeof SEVERITIES)[number];

interface Pair<T> {
  readonly reader: T;
  readonly writer: T;
}

/** A field that only one side has, with both records. */
interface LoneField extends Pair<RecordSchema> {
  readonly field: Field;
}

/** What the walker hands out. */
export interface Pairs {
  /** The reader's and the writer's whole schema. */
  readonly root: Pair<Schema>;
  /** Two kinds, neither a union, of which the reader's cannot take the writer's. */
  readonly mismatch: Pair<Schema>;
  /** Two primitives, of which the writer's is read as the reader's other kind. */
  readonly promotion: Pair<PrimitiveSchema>;
  /** Any two schemas, unions aside, of which the reader's takes the writer's kind. */
  readonly value: Pair<Exclude<Schema, UnionSchema>>;
  /** Two named types of one kind. */
  readonly named: Pair<NamedSchema>;
  readonly enum: Pair<EnumSchema>;
  readonly fixed: Pair<FixedSchema>;
  readonly record: Pair<RecordSchema>;
  /** A reader's field and the writer's field that feeds it. */
  readonly field: Pair<Field>;
  /** A reader's field that no writer's field feeds. */
  readonly unfed: LoneField;
  /** A writer's field that feeds no reader's field. */
  readonly skipped: LoneField;
  /** A writer's schema (no union) that the decoder finds no branch for, and what is beside it in its union. */
  readonly branch: {
    readonly reader: UnionSchema;
    readonly writer: Schema;
    readonly beside: readonly Schema[];
  };
  /** One schema alone: a field, and a type. */
  readonly ownField: { readonly field: Field; readonly record: RecordSchema };
  readonly ownType: { readonly schema: Schema };
  /** One schema alone, as a whole. */
  readonly ownSchema: { readonly schema: Schema };
}
export type PairKind = keyof Pairs;

/** What is wrong with a pair. */
export interface Complaint {
  readonly message: string;
  /** What to do in this very case, where that is more than the rule's `fix`. */
  readonly fix?: string;
  /** The same where the reader is a version of the past, and the writer's schema is the one at hand. */
  readonly pastReader?: string;
  /** The same for `check --fix`, done to the reader's file. */
  readonly edit?: Edit;
  /** Where, if not at the pair itself. */
  readonly reader?: Origin;
  readonly writer?: Origin;
}

/** What can be mended by rule: an edit of the object that the finding points into. */
export type Edit =
  | { readonly kind: 'add-alias'; readonly of: 'field' | 'type'; readonly name: string }
  /** `"null"` goes first in the field's union, and `"default": null` is added where none is. */
  | { readonly kind: 'null-first' }
  /** `logicalType` and its arguments go from beside the field's type to a place within it. */
  | { readonly kind: 'nest-logical-type'; readonly into: TypePath };

/** What every rule says of itself; `docs/rules.md` is printed from this. */
export interface RuleFacts {
  /** The name of its file. */
  readonly id: string;
  readonly category: Category;
  /** Unless `tavro.json` says otherwise. */
  readonly severity: Severity;
  /** What happens to whom, in a sentence or two. */
  readonly why: string;
  readonly fix: string;
  /** What Apache Avro's Java checker calls it. */
  readonly java?: JavaType;
}

/** A rule about a pair. */
export interface Rule<K extends PairKind> extends RuleFacts {
  /** A pair that trips this rule and no other of its category. */
  readonly example: Example;
  check(pair: Pairs[K]): string | Complaint | undefined;
}

/** A rule about a project as a whole. */
export interface ProjectRule<K extends FactKind> extends RuleFacts {
  readonly example: FactExample<K>;
  /** What is wrong, in a sentence; with what to do, where that is more than the rule's `fix`. */
  check(facts: Facts[K]): string | Pick<Complaint, 'message' | 'fix'> | undefined;
}

export type ProjectRuleSet = { readonly [K in FactKind]: readonly ProjectRule<K>[] };

export type RuleSet = { readonly [K in PairKind]: readonly Rule<K>[] };

/** The six kinds of incompatibility that Apache Avro's Java checker tells apart. */
export type JavaType =
  | 'NAME_MISMATCH'
  | 'FIXED_SIZE_MISMATCH'
  | 'MISSING_ENUM_SYMBOLS'
  | 'READER_FIELD_MISSING_DEFAULT_VALUE'
  | 'TYPE_MISMATCH'
  | 'MISSING_UNION_BRANCH';
