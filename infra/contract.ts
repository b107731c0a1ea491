import { someOf } from './some-of.js';

/** What infra needs to know of a topic; what `generated/contracts/` exports has this shape. */
export interface TopicContract {
  /** Number of partitions. Kafka can add partitions to a topic, never take them away. */
  readonly partitions: number;

  /**
   * Copies of each partition.
   *
   * @default - one per Availability Zone of the cluster
   */
  readonly replicationFactor?: number;

  /**
   * Topic configuration, such as `{ 'retention.ms': '604800000' }`.
   *
   * @default - the cluster's defaults
   */
  readonly config?: Readonly<Record<string, string>>;

  /**
   * The schema of the values.
   *
   * @default - unknown: nothing is said of which version reads which
   */
  readonly value?: SchemaContract;

  /**
   * In place of `value`, where values are of several types with a subject each: their schemas, by
   * full name.
   *
   * @default - values are of one schema
   */
  readonly types?: Readonly<Record<string, SchemaContract>>;

  /**
   * The schema of the keys where they are Avro, or what else they are.
   *
   * @default - as for `value`
   */
  readonly key?: SchemaContract | 'string' | 'bytes' | 'none';

  /**
   * Hashes of the files that the topic's code was generated from, by path in the schemas folder.
   *
   * @default - unknown: nobody can tell whether generated code is stale
   */
  readonly sources?: Readonly<Record<string, string>>;
}

/** A subject's versions, and which of them cannot read which. */
export interface SchemaContract {
  readonly subject?: string;
  /** What the code generated along with this reads, such as `v3`. */
  readonly version?: string;
  /** Versions whose data the topic may hold. */
  readonly retained?: readonly string[];
  /** Versions before those, which a consumer may still have been built from. */
  readonly older?: readonly string[];
  /**
   * Reader's version -> writer's version -> why it cannot. What is not there can be read, of the versions
   * that are retained; of those before, the newest is judged against the last.
   */
  readonly refused?: VerdictTable;
  /** What to do where the newest version and the one before it cannot read each other: `tavro plan` tells it. */
  readonly plan?: readonly string[];
  /** As earlier contracts have it: every version -> every version -> `ok`, or why it cannot. */
  readonly reads?: VerdictTable;
}

export type VerdictTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Versions that the code of a consumer reads, where it is not that of this commit. */
export interface ReaderVersions {
  /**
   * The version of the values' schema that the deployed code was generated from, such as `v2`. Where
   * values are of several types, versions by full name, such as `{ 'shop.Created': 'v2' }`: of
   * types that are not named the code has the newest.
   *
   * @default - the newest: the code is built from what was generated along with the contract
   */
  readonly reads?: string | Readonly<Record<string, string | undefined>>;

  /**
   * The same of the keys, where they are Avro.
   *
   * @default - the newest
   */
  readonly readsKey?: string;
}

/** What earlier contracts say of a version that is read. */
const READS = 'ok';

/** `Given`, unless there are reasons against it: then a text that says so. */
type Unless<Reasons, Given> = [Reasons] extends [never] ? Given : `refused: ${Reasons & string}`;

/** The name of a topic that can be read; for another name, those that there are. */
export type ReadableTopic<Topics, Name, Reads, ReadsKey> = Name extends keyof Topics
  ? Unless<UnreadByDefault<Topics[Name], Reads, ReadsKey>, Name>
  : keyof Topics & string;

/** A contract whose topic can be read. */
export type ReadableContract<Contract, Reads, ReadsKey> = Unless<
  UnreadByDefault<Contract, Reads, ReadsKey>,
  Contract
>;

/**
 * A version that reads all values that the topic may hold; for an unknown one, those that there are.
 * Of several types, a table of them.
 */
export type ReadingVersion<Contract, Version> = Contract extends { readonly types: infer Types }
  ? string extends Version
    ? Version
    : {
        // No type by itself either: what is not given shows the versions that there are.
        readonly [Type in keyof Types]?: Type extends keyof Version
          ? Reading<Types[Type], Version[Type]>
          : VersionOf<Types[Type]>;
      }
  : Reading<ValueOf<Contract>, Version>;

/** The same of the keys. */
export type KeyReadingVersion<Contract, Version> = Reading<KeyOf<Contract>, Version>;

type Reading<Side, Version> = [VersionOf<Side>] extends [never]
  ? Version
  : string extends VersionOf<Side> | Version
    ? Version
    : Version extends VersionOf<Side>
      ? Unless<Unread<Side, Version>, Version>
      : Version extends string | object
        ? VersionOf<Side>
        : Version;

/** The versions that a side knows: no union by itself, which messages would show by this name. */
type VersionOf<Side> = Side extends { readonly reads: infer Table }
  ? keyof Table & string
  : Side extends { readonly retained: infer Names extends readonly string[] }
    ? Names[number] | OlderOf<Side>
    : never;
type OlderOf<Side> = Side extends { readonly older: infer Names extends readonly string[] }
  ? Names[number]
  : never;

/** Why the newest versions cannot read, of those sides for which no other version is given. */
type UnreadByDefault<Contract, Reads, ReadsKey> =
  | (Reads extends string
      ? never
      :
          | Unread<ValueOf<Contract>, NewestOf<ValueOf<Contract>>>
          | UnreadTypes<TypesOf<Contract>, Reads>)
  | (ReadsKey extends string
      ? never
      : `keys: ${Unread<KeyOf<Contract>, NewestOf<KeyOf<Contract>>>}`);

/** Each reason begins with the type's name. */
type UnreadTypes<Types, Reads> = {
  [Type in keyof Types & string]: ReadOf<Reads, Type> extends string
    ? never
    : `${Type}: ${Unread<Types[Type], NewestOf<Types[Type]>>}`;
}[keyof Types & string];

type ReadOf<Reads, Type> = Type extends keyof Reads ? Reads[Type] : unknown;

type ValueOf<Contract> = Contract extends { readonly value: infer Side } ? Side : unknown;
type TypesOf<Contract> = Contract extends { readonly types: infer Types } ? Types : unknown;
type KeyOf<Contract> = Contract extends { readonly key: infer Side } ? Side : unknown;
type NewestOf<Side> = Side extends { readonly version: infer Version } ? Version : never;

/** Why a version cannot read what one side of a topic may hold; `never` if nothing says so. */
type Unread<Side, Reader> = Side extends { readonly retained: infer Writers }
  ? Reader extends keyof TableOf<Side> & string
    ? Told<TableOf<Side>[Reader], Reader, Writers>
    : never
  : never;

type TableOf<Side> = Side extends { readonly refused: infer Table }
  ? Table
  : Side extends { readonly reads: infer Table }
    ? Table
    : never;

/**
 * One text of all versions that cannot be read. Their names come first, since the compiler cuts
 * long texts off. Verdicts widened to `string` say nothing; synth looks at them.
 */
type Told<
  Verdicts,
  Reader extends string,
  Writers,
  Names extends string = '',
  Why extends string = '',
> = Writers extends readonly [infer Writer extends string, ...infer Rest]
  ? Writer extends keyof Verdicts
    ? Verdicts[Writer] extends typeof READS
      ? Told<Verdicts, Reader, Rest, Names, Why>
      : string extends Verdicts[Writer]
        ? Told<Verdicts, Reader, Rest, Names, Why>
        : Told<
            Verdicts,
            Reader,
            Rest,
            Names extends '' ? Writer : `${Names}, ${Writer}`,
            `${Why} ${Writer}: ${CauseOf<Verdicts[Writer] & string, Reader, Writer>}`
          >
    : Told<Verdicts, Reader, Rest, Names, Why>
  : Names extends ''
    ? never
    : `${Reader} cannot read ${Names}.${Why extends ` ${Names}: ${infer Only}` ? ` ${Only}` : Why}`;

/** A verdict of an earlier contract says itself who cannot read whom. */
type CauseOf<
  Verdict extends string,
  Reader extends string,
  Writer extends string,
> = Verdict extends `${Reader} cannot read ${Writer}. ${infer Cause}` ? Cause : Verdict;

/** The reasons at run time, for those who came past the compiler. */
export function unread(contract: TopicContract, versions: ReaderVersions = {}): readonly string[] {
  const { value, types, key } = contract;
  const { reads, readsKey } = versions;
  const reasons =
    types !== undefined
      ? unreadTypes(types, reads)
      : value === undefined
        ? []
        : unreadValue(value, reads);
  if (typeof key !== 'object') return reasons;
  return [...reasons, ...unreadOf(key, readsKey).map((reason) => `keys: ${reason}`)];
}

function unreadValue(value: SchemaContract, reads: ReaderVersions['reads']): readonly string[] {
  return typeof reads === 'object'
    ? ["values are of one schema, and what is read of them is one version, such as 'v1'."]
    : unreadOf(value, reads);
}

/** Each reason begins with the type's name. */
function unreadTypes(
  types: Readonly<Record<string, SchemaContract>>,
  reads: ReaderVersions['reads'] = {},
): readonly string[] {
  if (typeof reads === 'string')
    return [
      `values are of several types: of which is ${reads}? Say { '<full name>': '${reads}' }.`,
    ];
  const others = Object.keys(reads).filter((type) => !Object.hasOwn(types, type));
  return [
    ...others.map((type) => `there is no type ${type}, only ${someOf(Object.keys(types))}.`),
    ...Object.entries(types).flatMap(([type, side]) => {
      const reader = Object.hasOwn(reads, type) ? reads[type] : undefined;
      return unreadOf(side, reader).map((reason) => `${type}: ${reason}`);
    }),
  ];
}

function unreadOf(side: SchemaContract, reader = side.version): readonly string[] {
  const versions = versionsOf(side);
  if (reader === undefined || versions.length === 0) return [];
  if (!versions.includes(reader))
    return [`there is no version ${reader}, only ${versions.join(', ')}.`];
  const verdicts = tableOf(side)?.[reader] ?? {};
  const causes = (side.retained ?? Object.keys(verdicts)).flatMap((writer) => {
    const cause = refusalOf(side, reader, writer);
    return cause === undefined ? [] : [{ writer, cause }];
  });
  const [first, second] = causes;
  if (first === undefined) return [];
  const why =
    second === undefined
      ? first.cause
      : causes.map(({ writer, cause }) => `${writer}: ${cause}`).join(' ');
  return [`${reader} cannot read ${causes.map(({ writer }) => writer).join(', ')}. ${why}`];
}

const tableOf = ({ refused, reads }: SchemaContract): VerdictTable | undefined => refused ?? reads;

/** The versions that a side knows, oldest first. */
export function versionsOf({
  older = [],
  retained = [],
  reads,
}: SchemaContract): readonly string[] {
  return reads === undefined ? [...older, ...retained] : Object.keys(reads);
}

/** Why a version cannot read another's data; nothing if it can, or if the topic holds none of it. */
export function refusalOf(
  side: SchemaContract,
  reader: string,
  writer: string,
): string | undefined {
  const verdict = tableOf(side)?.[reader]?.[writer] ?? READS;
  return verdict === READS ? undefined : verdict.replace(`${reader} cannot read ${writer}. `, '');
}
