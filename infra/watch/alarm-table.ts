/** What an alarm is, but for the metric that it is on. */
export interface AlarmFacts {
  /** What is the matter, in a few words. */
  readonly title: string;
  /** Whether there is one for each subscription, or one for the brokers. */
  readonly of: 'subscription' | 'brokers';
  readonly when: 'above' | 'below';
  readonly threshold: number;
  /** What the threshold counts. */
  readonly unit: string;
  /** Of how many periods of five minutes, and in how many of them, it has to be so. */
  readonly periods: readonly [breaching: number, of: number];
  /**
   * Where no data come: `quiet` if that means that nothing happened, `told` if it means that nobody
   * knows, which is a notification of its own.
   */
  readonly missing: 'quiet' | 'told';
  /** Why this threshold, and why silence is taken so. */
  readonly why: string;
  /** What whoever is told does first. */
  readonly todo: string;
}

const SILENT_ZERO = 'Lambda sends no count of what did not happen, so silence is zero.';

/**
 * The alarms, by id. A section of docs/runbook.md has the id of each as its heading. What they may be too
 * early or too late for is a number of `thresholds`.
 */
export const ALARMS = {
  'partition-stopped': {
    title: 'A record holds its partition',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'failures that hold a partition',
    periods: [2, 6],
    missing: 'quiet',
    why: 'What fails twice within half an hour is no hiccup, and nothing behind it is handled; a call may take 14 minutes, so that less than half an hour might see one only. No line of the log, no failure.',
    todo: 'The notification names topic and partition; the saved query shows offset and cause. Mend the cause, or skip or dead-letter the record.',
  },
  'records-passed-over': {
    title: 'Records were skipped or dead-lettered',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'records passed over',
    periods: [1, 1],
    missing: 'quiet',
    why: 'The handler went on without a record: somebody has to look at each. No line of the log, no such record.',
    todo: 'The notification names the cause. Look at the letters with tavro decode, mend the cause, and tavro redrive them.',
  },
  'consumer-lag': {
    title: 'The consumer is far behind',
    of: 'subscription',
    when: 'above',
    threshold: 10_000,
    unit: 'records of one partition not committed',
    periods: [3, 3],
    missing: 'told',
    why: 'A hundred full batches of the default size. MSK reports lag for stable and for empty groups alike, so a stopped poller shows as lag; silence means that the brokers, the group or the poller cannot be asked.',
    todo: 'See whether the function fails, is throttled or slow, then whether the topic has more records than usual.',
  },
  'consumer-lag-growing': {
    title: 'The consumer falls behind',
    of: 'subscription',
    when: 'above',
    threshold: 100,
    unit: 'records more lag than five minutes before',
    periods: [6, 6],
    missing: 'quiet',
    why: 'A batch more in each five minutes of half an hour: it will not catch up by itself, however small the lag still is. Of silence consumer-lag tells.',
    todo: 'Give the consumer more of what it lacks: time, concurrency, pollers, partitions.',
  },
  'time-lag': {
    title: 'Catching up would take long',
    of: 'subscription',
    when: 'above',
    threshold: 900,
    unit: 'seconds that MSK estimates for the lag',
    periods: [3, 3],
    missing: 'quiet',
    why: 'A quarter of an hour is later than readers of events expect. It is the time to drain the lag, not the age of a record. Of silence consumer-lag tells.',
    todo: 'As for consumer-lag.',
  },
  'oldest-record-age': {
    title: 'Records are handled late',
    of: 'subscription',
    when: 'above',
    threshold: 900_000,
    unit: 'milliseconds of age of the oldest record as it arrived',
    periods: [3, 3],
    missing: 'quiet',
    why: 'A quarter of an hour is later than readers of events expect. No record arrived, none was late.',
    todo: 'As for consumer-lag; after a replay or a first start from the beginning it passes by itself.',
  },
  'unknown-writer': {
    title: 'A producer writes a version that this code does not know',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'values of versions that the lock does not have',
    periods: [1, 1],
    missing: 'quiet',
    why: 'They decode by the registry still, and the next change may not. Nothing decoded, nothing unknown.',
    todo: 'Run tavro pull, generate and deploy; find out who registered the version.',
  },
  'poller-stopped': {
    title: 'Records wait, and nobody calls the function',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'times that there was lag and no call',
    periods: [4, 4],
    missing: 'quiet',
    why: 'A poller that lost its permission, its network or its mapping fails nowhere. A call may take 14 minutes, in which no other begins. Without lag nobody has to call; where the lag itself is not known consumer-lag tells.',
    todo: 'Ask for the state of the event source mapping and its LastProcessingResult.',
  },
  'poller-errors': {
    title: 'The poller cannot read, commit or deliver',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'errors of the poller',
    periods: [3, 3],
    missing: 'quiet',
    why: `Single ones are tried again; those of a quarter of an hour do not pass. ${SILENT_ZERO}`,
    todo: "Read the poller's own log stream in the function's log group.",
  },
  'records-dropped': {
    title: 'Lambda dropped records',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'records dropped',
    periods: [1, 1],
    missing: 'quiet',
    why: `They were never handled, and lie in the topic only. ${SILENT_ZERO}`,
    todo: 'Read them again from the topic before its retention ends, and give the mapping a destination that takes them.',
  },
  'batches-given-up': {
    title: 'Lambda gave batches up',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'records sent to the on-failure destination',
    periods: [1, 1],
    missing: 'quiet',
    why: `Their retries are used up, and good records may be among them. ${SILENT_ZERO}`,
    todo: 'Look at the destination with tavro decode, mend the cause, and tavro redrive it.',
  },
  'function-errors': {
    title: 'The function keeps failing',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'failed invocations',
    periods: [2, 6],
    missing: 'quiet',
    why: `One failure is repeated and often succeeds; one that is there again within half an hour does not pass. A call may take 14 minutes. ${SILENT_ZERO}`,
    todo: 'Read errorType in the log: a record, the registry, the time-out, the configuration, or memory.',
  },
  'function-throttled': {
    title: 'The function is throttled',
    of: 'subscription',
    when: 'above',
    threshold: 0,
    unit: 'throttled invocations',
    periods: [3, 3],
    missing: 'quiet',
    why: `Lambda then takes pollers away, and the lag grows. A burst passes, a quarter of an hour does not. ${SILENT_ZERO}`,
    todo: 'Raise the reserved concurrency to the number of partitions at least, or the limit of the account.',
  },
  'function-near-timeout': {
    title: 'Batches take nearly as long as the function may run',
    of: 'subscription',
    when: 'above',
    threshold: 80,
    unit: "percent of the function's time-out",
    periods: [2, 6],
    missing: 'quiet',
    why: 'At 90 % the handler begins no further record, and what is left comes again. A call may take 14 minutes. No invocation, no time.',
    todo: 'Lower batchSize, raise the time-out, or make the handler faster.',
  },
  'brokers-disk': {
    title: 'The disk of a broker fills up',
    of: 'brokers',
    when: 'above',
    threshold: 85,
    unit: "percent of a broker's disk for records",
    periods: [1, 1],
    missing: 'quiet',
    why: "MSK's own advice; a full disk stops the broker. That nobody can ask is told by no-controller.",
    todo: 'Grow the disks, or shorten the retention of the largest topics.',
  },
  'brokers-cpu': {
    title: 'A broker is busy',
    of: 'brokers',
    when: 'below',
    threshold: 40,
    unit: "percent of a broker's CPU idle",
    periods: [3, 3],
    missing: 'quiet',
    why: "MSK's advice is to keep user and system below 60 % together, for the day on which a broker is away; what is not idle counts waiting for the disk as well. Of silence no-controller tells.",
    todo: 'Take larger brokers or more of them, and look at small batches of producers first.',
  },
  'brokers-cpu-credits': {
    title: 'A t3 broker runs out of CPU credits',
    of: 'brokers',
    when: 'below',
    threshold: 100,
    unit: 'CPU credits',
    periods: [3, 3],
    missing: 'quiet',
    why: 'Without credits a t3.small is held to a fifth of its CPU. Of silence no-controller tells.',
    todo: 'Take kafka.m7g.large: t3.small is for trials.',
  },
  'partitions-offline': {
    title: 'Partitions have no leader',
    of: 'brokers',
    when: 'above',
    threshold: 0,
    unit: 'partitions offline',
    periods: [1, 1],
    missing: 'quiet',
    why: 'Never normal, and nothing to wait for. Of silence no-controller tells.',
    todo: 'Nobody reads or writes them: see which brokers are away, and open a case with AWS.',
  },
  'partitions-under-replicated': {
    title: 'Partitions lack a copy',
    of: 'brokers',
    when: 'above',
    threshold: 0,
    unit: 'partitions with fewer copies than they should have',
    periods: [3, 3],
    missing: 'quiet',
    why: 'A restart for maintenance takes some minutes, a quarter of an hour is a broker that does not come back. Some levels of monitoring lack it; then it is silent.',
    todo: 'See whether maintenance is under way; else look at the CPU and disk of the broker it names.',
  },
  'no-controller': {
    title: 'The cluster has no controller',
    of: 'brokers',
    when: 'below',
    threshold: 1,
    unit: 'active controllers',
    periods: [2, 2],
    missing: 'told',
    why: 'An election takes seconds, ten minutes without one do not pass by themselves. Silence means that nobody knows how the cluster is.',
    todo: 'See the state of the cluster and its broker logs, and open a case with AWS.',
  },
} as const satisfies Readonly<Record<string, AlarmFacts>>;

export type AlarmId = keyof typeof ALARMS;

type IdsOf<Of extends AlarmFacts['of']> = {
  [Id in AlarmId]: (typeof ALARMS)[Id]['of'] extends Of ? Id : never;
}[AlarmId];

export type SubscriptionAlarmId = IdsOf<'subscription'>;
export type BrokerAlarmId = IdsOf<'brokers'>;

/** By id: another threshold, or `false` for none of these alarms. */
export type AlarmThresholds = { readonly [Id in AlarmId]?: number | false };

/** When an alarm goes off, in words. */
export function conditionOf(id: AlarmId, threshold: number = ALARMS[id].threshold): string {
  const { when, unit, periods }: AlarmFacts = ALARMS[id];
  const [breaching, of] = periods;
  const span = of === 1 ? 'in five minutes' : `in ${breaching} of ${of} periods of five minutes`;
  return `${when} ${threshold} ${unit}, ${span}`;
}

/** Where docs/runbook.md has the alarm. */
export function runbookOf(id: AlarmId): string {
  return `docs/runbook.md#${id}`;
}
