/** What synth refuses, because CloudFormation would refuse it late or Lambda would run it wrong. */
export type InfraErrorCode =
  | 'AUTHENTICATION' // credentials of a kind that the cluster does not take
  | 'ALARM' // a threshold of an alarm that does not exist, or that is no number
  | 'AVAILABILITY_ZONES' // zones and brokers that do not divide evenly
  | 'BATCH' // a batch size that Lambda does not take
  | 'BROKER' // an instance type and a Kafka version that exclude each other
  | 'CLUSTER' // what is no ARN of a cluster, or lacks what is asked of it
  | 'DEAD_LETTER' // a dead-letter target that is missing, unused or the source itself
  | 'EGRESS' // an on-demand poller with no way to reach Lambda and STS
  | 'ENCRYPTION_KEY' // the alias of a key where the key itself is meant
  | 'FILTER' // a filter on what Lambda does not see
  | 'ENTRY' // a function's file that is not there
  | 'GROUP_ID' // a consumer group id that MSK or its metrics cannot take, or that two mappings have
  | 'PEER' // a package that the constructs are made of and that is not installed
  | 'POLLERS' // a number of pollers, retries or seconds that Lambda does not take
  | 'POLLER_MODE' // a failure control that only the provisioned poller has
  | 'REGISTRY_URL' // a Schema Registry address that cannot be deployed
  | 'READS' // a reader that cannot read what the topic may hold
  | 'ROLLOUT' // a change that no order of one deployment brings to production
  | 'SCRAM_SECRET' // a secret that MSK cannot associate
  | 'SCHEMAS' // a schemas folder that is not there
  | 'SETTING' // a context value or variable of the app that cannot be read
  | 'STARTING_POSITION' // a place in the topic that is none
  | 'STALE' // code that was generated from other schemas than those that are there
  | 'TIMEOUT' // a function that may run longer than who calls it waits, or too short
  | 'TOPIC' // a topic contract that Kafka or the cluster cannot hold
  | 'UNKNOWN' // a topic, user or consumer that was not defined
  | 'UNUSED'; // a prop that would do nothing beside another

/** A stack that must not be deployed. The message names the construct and says what to change. */
export class InfraError extends Error {
  override readonly name = 'InfraError';
  readonly code: InfraErrorCode;
  /** Path of the construct in the tree; empty for settings of the app. */
  readonly construct: string;

  constructor(code: InfraErrorCode, message: string, construct = '') {
    super(construct === '' ? message : `${construct}: ${message}`);
    this.code = code;
    this.construct = construct;
    const stack = withoutOurs(this.stack);
    if (stack !== undefined) this.stack = stack;
  }
}

/** A stack trace that begins at the caller's line: of what is between, in one file of the package, he can change nothing. */
function withoutOurs(stack: string | undefined): string | undefined {
  if (process.env.TAVRO_STACK === '1') return stack;
  return stack
    ?.split('\n')
    .filter((line) => !(line.startsWith('    at ') && line.includes(import.meta.url)))
    .join('\n');
}
