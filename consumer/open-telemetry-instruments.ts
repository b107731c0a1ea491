import type { Attributes, Counter, Histogram, Meter } from '../runtime/open-telemetry.js';
import type { ConsumerError } from './errors.js';
import type { BatchOutcome, PartitionOutcome } from './telemetry.js';

/** What a consumer measures by OpenTelemetry. */
export interface Instruments {
  /** A batch, or a call of a handler, is through. */
  processed(durationMs: number, attributes: Attributes, error: ConsumerError | undefined): void;
  /** @param base attributes of every metric */
  outcome(outcome: BatchOutcome, base: Attributes): void;
}

/** Bounds of buckets, in seconds. Those of processing are the semantic conventions' own. */
const PROCESS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const DECODE_S = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
/** From what flows to what waited for days. */
const AGE_S = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400, 604_800];

export function consumerInstruments(meter: Meter): Instruments {
  const duration = seconds(meter, 'messaging.process.duration', {
    description: 'From the arrival of a batch to its end, or of one call of a handler.',
    bounds: PROCESS_S,
  });
  const partitions = partitionInstruments(meter);
  return {
    processed(durationMs, attributes, error) {
      const failure = error && { 'error.type': error.code };
      duration.record(durationMs / 1_000, { ...attributes, ...failure });
    },
    outcome(outcome, base) {
      for (const one of outcome.partitions) {
        const attributes = { ...base, 'messaging.destination.name': one.topic };
        for (const measure of partitions) measure(one, attributes);
      }
    },
  };
}

type Measure = (partition: PartitionOutcome, attributes: Attributes) => void;

function partitionInstruments(meter: Meter): readonly Measure[] {
  const lag = meter.createGauge?.('tavro.consumer.lag', {
    unit: '{record}',
    description: 'Records of a partition that are not read yet.',
  });
  const decode = seconds(meter, 'tavro.consumer.decode.duration', {
    description: 'Decoding the records of a partition in a batch.',
    bounds: DECODE_S,
  });
  const age = seconds(meter, 'tavro.consumer.record.age', {
    description: 'Age of the oldest record of a partition in a batch, as it arrived.',
    bounds: AGE_S,
  });
  return [
    ...counters(meter),
    ({ decodeMs }, attributes) => decode.record(decodeMs / 1_000, attributes),
    ({ oldestAgeMs }, attributes) => {
      if (oldestAgeMs !== undefined) age.record(oldestAgeMs / 1_000, attributes);
    },
    (one, attributes) => {
      const partition = { 'messaging.destination.partition.id': String(one.partition) };
      if (one.lag !== undefined) lag?.record(one.lag, { ...attributes, ...partition });
    },
  ];
}

function counters(meter: Meter): readonly Measure[] {
  const received = meter.createCounter('messaging.client.consumed.messages', {
    unit: '{message}',
    description: 'Records that arrived.',
  });
  const records = meter.createCounter('tavro.consumer.records', {
    unit: '{record}',
    description: 'Records by what became of them: tavro.outcome.',
  });
  const failures = meter.createCounter('tavro.consumer.failures', {
    unit: '{failure}',
    description: 'Failures by cause: error.type. A record that is tried again may have several.',
  });
  const decoded = meter.createCounter('tavro.consumer.decoded', {
    unit: '{record}',
    description: 'Values that decode, by the version that they were written with.',
  });
  return [
    (one, attributes) => add(received, one.received, attributes),
    (one, attributes) => {
      const { handled, skipped, deadLettered, held } = one;
      const outcomes = { handled, skipped, 'dead-lettered': deadLettered, held };
      for (const [outcome, count] of Object.entries(outcomes))
        add(records, count, { ...attributes, 'tavro.outcome': outcome });
    },
    ({ failed }, attributes) => {
      for (const [code, count] of Object.entries(failed))
        add(failures, count, { ...attributes, 'error.type': code });
    },
    ({ writers }, attributes) => {
      for (const { schemaId, version, records: count } of writers) {
        const writer = {
          'tavro.schema.id': String(schemaId),
          'tavro.writer.version': String(version ?? 'unknown'),
        };
        add(decoded, count, { ...attributes, ...writer });
      }
    },
  ];
}

/** What did not happen makes no series. */
function add(counter: Counter, count: number, attributes: Attributes): void {
  if (count > 0) counter.add(count, attributes);
}

interface Seconds {
  readonly description: string;
  readonly bounds: number[];
}

function seconds(meter: Meter, name: string, { description, bounds }: Seconds): Histogram {
  return meter.createHistogram(name, {
    unit: 's',
    description,
    advice: { explicitBucketBoundaries: bounds },
  });
}
