import type {
  KeyReadingVersion,
  ReadableTopic,
  ReaderVersions,
  ReadingVersion,
  TopicContract,
} from '../contract.js';
import type { ConsumerFunctionProps } from './consumer-function.js';
import type { SubscriptionSettings } from './kafka-subscription.js';

/** Contracts by topic name. */
export type TopicContracts = Readonly<Record<string, TopicContract>>;

/** Names of topics, by consumer. */
export type TopicNames = Readonly<Record<string, string>>;

/** Names of versions, by consumer; of any other type where none is given. */
export type Versions = Readonly<Record<string, unknown>>;

/** All that a consumer is told but for what it reads. */
interface ConsumerSettings
  extends Pick<
      ConsumerFunctionProps,
      | 'applicationLogLevelV2'
      | 'depsLockFilePath'
      | 'description'
      | 'entry'
      | 'environment'
      | 'memorySize'
      | 'projectRoot'
      | 'timeout'
    >,
    Omit<SubscriptionSettings, 'target' | 'cluster' | 'topic' | 'credentials' | 'consumerGroupId'> {
  /**
   * Names the committed offsets; must be unique in the account.
   *
   * @default - `<stack name>.<consumer id>`
   */
  readonly consumerGroupId?: string;
}

/** A Lambda function and the topic it consumes. */
export interface ConsumerDefinition<Name extends string = string>
  extends ConsumerSettings,
    ReaderVersions {
  readonly topic: Name;
}

/**
 * Consumers by id. What each names is a type of its own, so that the compiler's message speaks of
 * that consumer alone: it cuts long messages off, and would show reasons of other topics first.
 */
export type Consumers<
  Topics extends TopicContracts,
  Names extends TopicNames,
  Reads extends Versions,
  ReadsKey extends Versions,
> = {
  readonly [Id in keyof Names]: ConsumerSettings & {
    readonly topic: ReadableTopic<Topics, Names[Id], Of<Reads, Id>, Of<ReadsKey, Id>>;
  };
} & {
  /** As {@link ReaderVersions.reads}. */
  readonly [Id in keyof Reads]: {
    readonly reads?: ReadingVersion<Of<Topics, Of<Names, Id>>, Reads[Id]>;
  };
} & {
  /** As {@link ReaderVersions.readsKey}. */
  readonly [Id in keyof ReadsKey]: {
    readonly readsKey?: KeyReadingVersion<Of<Topics, Of<Names, Id>>, ReadsKey[Id]>;
  };
};

type Of<Table, Key> = Key extends keyof Table ? Table[Key] : unknown;
