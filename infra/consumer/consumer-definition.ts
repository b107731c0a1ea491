import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type {
  ClusterCredentials,
  IamCredentials,
  ScramCredentials,
} from '../access/credentials.js';
import type {
  KeyReadingVersion,
  ReadableTopic,
  ReaderVersions,
  ReadingVersion,
  TopicContract,
} from '../contract.js';
import { given } from '../given.js';
import type { ConsumerFunctionProps } from './consumer-function.js';
import type { MappingSchemaRegistry } from './mapping-registry.js';
import type {
  PollerSettings,
  ProvisionedSettings,
  SubscriptionSettings,
} from './subscription-props.js';

/** Contracts by topic name. */
export type TopicContracts = Readonly<Record<string, TopicContract>>;

/** Names of topics, by consumer. */
export type TopicNames = Readonly<Record<string, string>>;

/** Names of versions, by consumer; of any other type where none is given. */
export type Versions = Readonly<Record<string, unknown>>;

/** What a consumer sets of its function. */
const FUNCTION_SETTINGS = [
  'applicationLogLevelV2',
  'depsLockFilePath',
  'description',
  'entry',
  'environment',
  'ephemeralStorageSize',
  'layers',
  'memorySize',
  'projectRoot',
  'reservedConcurrentExecutions',
  'systemLogLevelV2',
  'timeout',
  'tracing',
] as const satisfies readonly (keyof ConsumerFunctionProps)[];

type FunctionSettings = Pick<ConsumerFunctionProps, (typeof FUNCTION_SETTINGS)[number]>;

/** All that a consumer is told but for its pollers and what it reads. */
interface ConsumerSettings
  extends FunctionSettings,
    Omit<SubscriptionSettings, 'target' | 'topic'> {
  /**
   * How Lambda proves to the brokers who it is.
   *
   * @default - the stack's
   */
  readonly credentials?: ClusterCredentials;
}

/** The registry is the stack's. */
type StackRegistry = Omit<MappingSchemaRegistry, 'registry'>;

/** A Lambda function and the topic it consumes. */
export interface ConsumerDefinition<
  Name extends string = string,
  Credentials extends ClusterCredentials = ScramCredentials | IamCredentials,
> extends ConsumerSettings,
    ProvisionedSettings<StackRegistry>,
    ReaderVersions {
  readonly topic: Name;
  /** As {@link ConsumerSettings.credentials}; by default of the kinds that an `MskCluster` takes. */
  readonly credentials?: Credentials;
}

/** What of a definition is the function's. */
export function functionSettings(definition: FunctionSettings): FunctionSettings {
  const settings = FUNCTION_SETTINGS.map((name) => [name, definition[name]]);
  // Safe: these names are those of the type.
  return given(Object.fromEntries(settings) as FunctionSettings);
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
  Pollers = unknown,
> = {
  readonly [Id in keyof Names]: ConsumerSettings &
    PollerSettings<PollersOf<Pollers, Id>, StackRegistry> & {
      readonly topic: ReadableTopic<Topics, Names[Id], Of<Reads, Id>, Of<ReadsKey, Id>>;
    };
} & {
  /** As {@link ProvisionedSettings.pollers}. */
  readonly [Id in keyof Pollers]: { readonly pollers?: Pollers[Id] };
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

/** Pollers that are not given are on-demand ones. Of tables that the compiler did not infer they may be any. */
type PollersOf<Table, Id> = unknown extends Table
  ? lambda.ProvisionedPollerConfig | undefined
  : unknown extends Of<Table, Id>
    ? undefined
    : Of<Table, Id>;

type Of<Table, Key> = Key extends keyof Table ? Table[Key] : unknown;
