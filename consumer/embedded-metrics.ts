/**
 * Metrics in the log: CloudWatch makes metrics of lines in its Embedded Metric Format.
 * Source: AWS, "Specification: Embedded metric format".
 */
import { visible } from '../runtime/printable.js';
import { ConsumerError } from './errors.js';
import type { ConsumerTelemetry } from './telemetry.js';
import { METRICS, type MetricSet, OWN_NAMES, TopicMetrics } from './topic-metrics.js';

export interface EmbeddedMetricsOptions {
  /** Under which CloudWatch keeps the metrics, such as `Clicks`. */
  readonly namespace: string;
  /**
   * Of every metric, besides `Topic`. Each further value makes another set of custom metrics, which AWS
   * charges for: never a request id. @default `FunctionName` in Lambda, none elsewhere
   */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  /** Takes one line, without its newline. @default standard output */
  readonly write?: ((line: string) => void) | undefined;
  /** @default the system clock */
  readonly now?: (() => Date) | undefined;
}

/** Most dimensions of a metric; two of them are ours. */
const MAX_DIMENSIONS = 30;
const OWN_DIMENSIONS = 2;
/** What CloudWatch takes as the name of a dimension, and as its value. */
const DIMENSION = /^(?!:)[\x21-\x7e]{1,250}$/;
const DIMENSION_VALUE = /^(?!\s*$)[\x20-\x7e]{1,1024}$/;
const MAX_VALUE_CHARS = 1_024;
/** What it takes as a namespace; `AWS/` is its own. */
const NAMESPACE = /^(?!AWS\/)[\w.\-/#][\w.\-/#: ]{0,254}$/;

/**
 * A telemetry that writes lines in CloudWatch's Embedded Metric Format: no agent, no permission and no call,
 * the log is enough. At the end of each invocation a line for each topic with what became of its records;
 * one for each cause of failures, and for each version that values were written with. docs/observing.md
 * lists the metrics and says what they cost.
 * @throws ConsumerError `CONFIG` for names that CloudWatch does not take
 * @example createHandler({ telemetry: embeddedMetrics({ namespace: 'Clicks' }), routes })
 */
export function embeddedMetrics(options: EmbeddedMetricsOptions): ConsumerTelemetry {
  const { namespace, dimensions = functionName() } = options;
  checkNames(namespace, dimensions);
  const write = options.write ?? ((line) => process.stdout.write(`${line}\n`));
  const now = options.now ?? (() => new Date());
  const topics = new Map<string, TopicMetrics>();
  const print = (topic: string, metrics: TopicMetrics): void => {
    topics.delete(topic);
    const options = { namespace, atMs: now().getTime() };
    for (const set of metrics.sets()) {
      const all = { ...dimensions, Topic: topic.slice(0, MAX_VALUE_CHARS), ...set.dimensions };
      const line = document({ ...set, dimensions: all }, options);
      // Of JSON the same value, and no mark in it that a terminal or a page would act on.
      write(visible(JSON.stringify(line)));
    }
  };
  return {
    onBatch: ({ requestId }) => ({
      onEnd({ partitions }) {
        const nowMs = now().getTime();
        for (const topic of new Set(partitions.map((one) => one.topic))) {
          const metrics = topics.get(topic) ?? new TopicMetrics(nowMs);
          topics.set(topic, metrics);
          metrics.add(
            partitions.filter((one) => one.topic === topic),
            requestId,
          );
          if (metrics.isDue(nowMs)) print(topic, metrics);
        }
      },
    }),
    flush() {
      for (const [topic, metrics] of topics) print(topic, metrics);
    },
  };
}

interface DocumentOptions {
  readonly namespace: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

function document({ dimensions, metrics, properties }: MetricSet, options: DocumentOptions) {
  const directive = {
    Namespace: options.namespace,
    Dimensions: [Object.keys(dimensions)],
    Metrics: metrics.map(({ name }) => ({ Name: name, Unit: METRICS[name] })),
  };
  const values = metrics.map(({ name, values }) => [
    name,
    values.length === 1 ? values[0] : values,
  ]);
  return {
    _aws: { Timestamp: options.atMs, CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(values),
    ...properties,
  };
}

function functionName(): Readonly<Record<string, string>> {
  const { AWS_LAMBDA_FUNCTION_NAME: name } = process.env;
  return name ? { FunctionName: name } : {};
}

/** For callers without the compiler, too. */
function checkNames(namespace: unknown, dimensions: Readonly<Record<string, string>>): void {
  const entries = Object.entries(dimensions);
  const taken = [...OWN_NAMES, ...Object.keys(METRICS)];
  const problem = !(typeof namespace === 'string' && NAMESPACE.test(namespace))
    ? 'namespace must be 1 to 255 letters, digits, spaces and marks of . - _ / # : that do not begin with "AWS/"'
    : entries.length > MAX_DIMENSIONS - OWN_DIMENSIONS
      ? `dimensions must be ${MAX_DIMENSIONS - OWN_DIMENSIONS} at most`
      : firstProblem(entries, taken);
  if (problem !== undefined) throw new ConsumerError('CONFIG', `embeddedMetrics: ${problem}.`);
}

function firstProblem(
  dimensions: readonly (readonly [string, unknown])[],
  taken: readonly string[],
): string | undefined {
  for (const [name, value] of dimensions) {
    if (taken.includes(name)) return `the dimension "${name}" has a name that is ours`;
    if (!DIMENSION.test(name)) return 'a dimension must have a name of 1 to 250 marks of ASCII';
    if (typeof value !== 'string' || !DIMENSION_VALUE.test(value))
      return `the dimension "${name}" must be 1 to ${MAX_VALUE_CHARS} marks of ASCII`;
  }
  return undefined;
}
