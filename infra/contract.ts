/** What infra needs to know of a topic; an entry of `generated/contracts.ts` has this shape. */
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
   * The schema of the keys, where they are Avro.
   *
   * @default - as for `value`
   */
  readonly key?: SchemaContract | 'string' | 'none';

  /**
   * Hashes of the files that the topic's code was generated from, by path in the schemas folder.
   *
   * @default - unknown: nobody can tell whether generated code is stale
   */
  readonly sources?: Readonly<Record<string, string>>;
}

/** A subject's versions, and which of them reads which. */
export interface SchemaContract {
  /** What the code generated along with this reads, such as `v3`. */
  readonly version?: string;
  /** Versions whose data the topic may hold. */
  readonly retained?: readonly string[];
  /** Reader's version -> writer's version -> `ok`, or why it cannot. */
  readonly reads?: VerdictTable;
}

export type VerdictTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The verdict of a version that reads all. */
export const READS = 'ok';

/** Why a reader's version cannot read what one side of a topic may hold; `never` if nothing says so. */
type Reasons<Side, Reader> = Side extends {
  readonly retained: readonly (infer Writer)[];
  readonly reads: infer Table;
}
  ? Reader extends keyof Table
    ? NotOk<Table[Reader][Writer & keyof Table[Reader]]>
    : NoVersion<Reader>
  : never;

/** Verdicts widened to `string` say nothing; synth looks at them. */
type NotOk<Verdict> = string extends Verdict ? never : Exclude<Verdict, typeof READS>;

type NoVersion<Version> = string extends Version
  ? never
  : `There is no version ${Version & string} of this topic's schema.`;

type ReasonsOfCurrent<Side> = Side extends { readonly version: infer Version }
  ? Reasons<Side, Version>
  : never;

/** Why generated code cannot read what a topic may hold: a text for each version; else `never`. */
export type Unread<Contract> =
  | ReasonsOfCurrent<Contract extends { readonly value: infer Side } ? Side : never>
  | ReasonsOfCurrent<Contract extends { readonly key: infer Side } ? Side : never>;

/** Why a version of the values' schema cannot read what a topic may hold; else `never`. */
export type UnreadBy<Contract, Version> = Reasons<
  Contract extends { readonly value: infer Side } ? Side : never,
  Version
>;

/** The reasons at run time, for those who came past the compiler. */
export function unread(contract: TopicContract, version?: string): readonly string[] {
  const { value, key } = contract;
  const sides = [value, version === undefined && typeof key === 'object' ? key : undefined];
  return sides.flatMap((side) => {
    const reader = version ?? side?.version;
    if (side?.reads === undefined || reader === undefined) return [];
    const verdicts = side.reads[reader];
    if (verdicts === undefined) return [`There is no version ${reader} of this topic's schema.`];
    return (side.retained ?? Object.keys(verdicts)).flatMap((writer) => {
      const verdict = verdicts[writer] ?? READS;
      return verdict === READS ? [] : [verdict];
    });
  });
}
