/**
 * What the options of `tavro.json` may be. The reader reads by these tables, and the JSON Schema and
 * `docs/settings.md` are printed from them: an option that is not in one can be neither.
 */
import type { Json } from '../../../runtime/json.js';

/** What a name must be the name of: somebody looks it up, and says so where nothing has it. */
export type NameOf =
  | 'connect.name'
  | 'field'
  | 'file'
  | 'Kafka setting'
  | 'logical type'
  | 'module'
  | 'preset'
  | 'rule'
  | 'subject'
  | 'type'
  | 'type of the topic';

export interface Text {
  readonly form: 'text';
  /** What is no such text is told as `must …`. */
  readonly like?: { readonly pattern: RegExp; readonly must: string };
  readonly names?: NameOf;
  /** In words, for the page. */
  readonly called?: string;
}

export interface Choice<T extends string = string> {
  readonly form: 'choice';
  readonly choices: readonly T[];
  /** In words, where there are too many to list. */
  readonly called?: string;
  readonly names?: NameOf;
}

/** True or false; false where nothing is said. */
export interface Flag {
  readonly form: 'flag';
}

/** From 1. */
export interface WholeNumber {
  readonly form: 'whole number';
  readonly most: number;
}

/** A text, a number, true or false. */
export interface Scalar {
  readonly form: 'scalar';
}

export interface ListOf {
  readonly form: 'list';
  readonly of: Form;
  readonly least: number;
}

/** An object: keys that mean something each, others, or both. */
export interface Part<S extends Settings = Settings> {
  readonly form: 'part';
  readonly settings: S;
  readonly others?: Others;
  /** Says in a sentence, for the page, what would be too many rows. */
  readonly listed?: string;
  readonly names?: NameOf;
}

/** Keys that a project chooses, all with values of one form. */
export interface Others {
  /** What a key is, such as `<topic>`. */
  readonly key: string;
  readonly pattern?: RegExp;
  readonly names?: NameOf;
  readonly value: Form;
  readonly doc: string;
  /** A key that could stand there. */
  readonly example?: string;
}

/** The first that suits. */
export interface Either {
  readonly form: 'either';
  readonly of: readonly Form[];
}

/** One that has a chapter, and is used in several places. */
export interface Shared {
  readonly form: 'shared';
  readonly name: string;
  readonly title: string;
  readonly doc: string;
  readonly is: Form;
}

/** An Avro schema, or one that is a union of some types. */
export interface AvroSchema {
  readonly form: 'avro';
  readonly only?: 'union';
}

export type Form =
  | Text
  | Choice
  | Flag
  | WholeNumber
  | Scalar
  | ListOf
  | Part
  | Either
  | Shared
  | AvroSchema;

/** One option. */
export interface Setting<F extends Form = Form> {
  readonly is: F;
  /** A sentence or two; Markdown. */
  readonly doc: string;
  /** What holds where nothing is said. */
  readonly default?: Json;
  readonly isRequired?: true;
  /** A value that could stand there. */
  readonly example?: Json;
}

export type Settings = Readonly<Record<string, Setting>>;

/** The options of a part that have a form. */
export type KeysOf<S extends Settings, F extends Form['form']> = {
  [K in keyof S & string]: S[K]['is']['form'] extends F ? K : never;
}[keyof S & string];

export const TEXT: Text = { form: 'text' };
export const FLAG: Flag = { form: 'flag' };
export const SCALAR: Scalar = { form: 'scalar' };
export const AVRO: AvroSchema = { form: 'avro' };
export const AVRO_UNION: AvroSchema = { form: 'avro', only: 'union' };

export function choice<const T extends string>(choices: readonly T[]): Choice<T> {
  return { form: 'choice', choices };
}

export function wholeNumber(most: number): WholeNumber {
  return { form: 'whole number', most };
}

export function listOf(of: Form, least = 0): ListOf {
  return { form: 'list', of, least };
}

export function part<const S extends Settings>(settings: S, others?: Others): Part<S> {
  return { form: 'part', settings, ...(others === undefined ? {} : { others }) };
}

/** An object whose keys are all a project's own. */
export function mapOf(others: Others): Part {
  return { form: 'part', settings: {}, others };
}

/** One for all, or by the types that a topic carries. */
export function perType(form: Form): Either {
  const types = { key: '<type>', names: 'type of the topic', value: form, doc: 'A type.' } as const;
  return either(form, mapOf(types));
}

export function either(...of: readonly Form[]): Either {
  return { form: 'either', of };
}
