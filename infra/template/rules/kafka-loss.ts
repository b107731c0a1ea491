import { mapping } from '../example.js';
import { destinationOf, readsKafka } from '../mappings.js';
import { MAPPING } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { knownNumber } from '../values.js';

const LIMITS = ['MaximumRetryAttempts', 'MaximumRecordAgeInSeconds'];

const limited = (settings: Readonly<Record<string, unknown>>): ReturnType<typeof mapping> =>
  mapping({ ProvisionedPollerConfig: { MinimumPollers: 1 }, ...settings });

/** Records that are given up, and go nowhere. */
export const kafkaLoss: TemplateRule = {
  id: 'kafka-loss',
  why: 'Records whose retries are limited and which have no destination are dropped without a trace.',
  fix: 'Add an on-failure destination, or retry until the records expire.',
  types: [MAPPING],
  example: {
    refused: { Mapping: limited({ MaximumRetryAttempts: 3 }) },
    accepted: { Mapping: limited({ MaximumRetryAttempts: -1 }) },
  },
  violation(found) {
    if (!readsKafka(found) || destinationOf(found) !== undefined) return undefined;
    return LIMITS.find((name) => (knownNumber(found.properties[name]) ?? -1) >= 0);
  },
};
