import { didYouMean } from '../../runtime/nearest-name.js';
import { kindOf } from '../../runtime/wire/kind-of.js';
import { PollerError } from './errors.js';
import type { PollerOptions } from './options.js';

/** Whether a value fits, and what does. */
interface Rule {
  readonly expected: string;
  fits(value: unknown): boolean;
}

type Rules<Options> = { readonly [Name in keyof Required<Options>]: Rule };

/** As `CreateEventSourceMapping` and `CreateFunction` say. Source: AWS Lambda, API reference; quotas. */
const RULES: Rules<PollerOptions> = {
  source: methods('subscribe', 'poll', 'commit', 'readFrom', 'close'),
  topics: rule('one topic name of up to 249 characters', isOneTopic),
  handler: rule('a function', isFunction),
  startingPosition: oneOf('TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'),
  startingPositionTimestamp: rule('a Date', isTime),
  batchSize: whole(1, 10_000),
  windowMs: whole(0, 300_000),
  functionTimeoutMs: whole(1, 14 * 60_000),
  functionName: rule('a name of 1 to 64 letters, digits, hyphens and underscores', isFunctionName),
  mapping: rule('an object', isObject),
  schemaRegistry: rule('an object', isObject),
  reportBatchItemFailures: rule('true or false', isBoolean),
  maxRetries: whole(-1, 10_000),
  maxRecordAgeSeconds: rule('a whole number from 60 to 604800, or -1', isRecordAge),
  bisectBatchOnError: rule('true or false', isBoolean),
  onFailure: rule('a function', isFunction),
  onEvent: rule('a function', isFunction),
  wait: rule('a function', isFunction),
};

const MAPPING_RULES: Rules<NonNullable<PollerOptions['mapping']>> = {
  eventSource: oneOf('aws:kafka', 'SelfManagedKafka'),
  eventSourceArn: rule('text', isText),
  bootstrapServers: rule('text', isText),
};

const REGISTRY_RULES: Rules<NonNullable<PollerOptions['schemaRegistry']>> = {
  registry: methods('schemaById'),
  eventRecordFormat: oneOf('JSON', 'SOURCE'),
  attributes: rule("of 'KEY' and 'VALUE', one or both", isAttributes),
};

/** @throws PollerError `OPTIONS` that names what was given wrongly, and what fits */
export function checkOptions(options: PollerOptions): void {
  check('', options, RULES, ['source', 'topics', 'handler']);
  const { mapping, schemaRegistry, startingPosition, startingPositionTimestamp } = options;
  if (mapping !== undefined) check('mapping.', mapping, MAPPING_RULES);
  if (schemaRegistry !== undefined) {
    check('schemaRegistry.', schemaRegistry, REGISTRY_RULES, ['registry', 'eventRecordFormat']);
  }
  const isTimed = startingPosition === 'AT_TIMESTAMP';
  if (isTimed !== (startingPositionTimestamp !== undefined)) {
    throw new PollerError(
      'OPTIONS',
      "startingPositionTimestamp and startingPosition: 'AT_TIMESTAMP' come together or not at all.",
    );
  }
}

function check<Options extends object>(
  within: string,
  options: Options,
  rules: Rules<Options>,
  required: readonly string[] = [],
): void {
  const known = new Map<string, Rule>(Object.entries(rules));
  for (const name of Object.keys(options)) {
    if (known.has(name)) continue;
    const hint = didYouMean(name, known.keys());
    throw new PollerError('OPTIONS', `There is no option ${within}${name}.${hint}`);
  }
  const values = new Map<string, unknown>(Object.entries(options));
  for (const [name, { expected, fits }] of known) {
    const value = values.get(name);
    if ((value === undefined && !required.includes(name)) || fits(value)) continue;
    // Not what it is: what somebody gave by mistake may be a secret.
    const given = typeof value === 'number' ? value : kindOf(value);
    throw new PollerError('OPTIONS', `${within}${name} must be ${expected}; it is ${given}.`);
  }
}

function rule(expected: string, fits: (value: unknown) => boolean): Rule {
  return { expected, fits };
}

function whole(least: number, most: number): Rule {
  return rule(
    `a whole number from ${least} to ${most}`,
    (value) => isWhole(value) && value >= least && value <= most,
  );
}

function oneOf(...values: readonly string[]): Rule {
  const expected = values.map((value) => `'${value}'`).join(' or ');
  return rule(expected, (value) => values.some((one) => one === value));
}

function methods(...names: readonly string[]): Rule {
  return rule(`an object with ${names.join(', ')}`, (value) => {
    const members: Partial<Record<string, unknown>> = Object(value);
    return names.every((name) => isFunction(members[name]));
  });
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

function isRecordAge(value: unknown): boolean {
  return value === -1 || (isWhole(value) && value >= 60 && value <= 604_800);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isOneTopic(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 1) return false;
  const topic: unknown = value[0];
  return isText(topic) && topic.length <= 249;
}

function isFunctionName(value: unknown): boolean {
  return typeof value === 'string' && /^[a-zA-Z0-9-_]{1,64}$/.test(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isTime(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function isAttributes(value: unknown): boolean {
  const isKnown = (one: unknown): boolean => one === 'KEY' || one === 'VALUE';
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(isKnown) && new Set(value).size === value.length;
}
