import { KAFKA_TIMEOUT_MAX } from '../../consumer/subscription-refusals.js';
import { mapping, resource } from '../example.js';
import { functionOf, readsKafka } from '../mappings.js';
import { FUNCTION, MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { knownNumber } from '../values.js';

const within = (seconds: number): ExampleResources => ({
  Function: resource(FUNCTION, { Timeout: seconds }),
  Mapping: mapping(),
});

/** A function that runs on when its poller has given up on it. */
export const kafkaTimeout: TemplateRule = {
  id: 'kafka-timeout',
  why: 'A Kafka poller waits at most 14 minutes for the function.',
  fix: "Lower the function's timeout.",
  types: [MAPPING],
  example: { refused: within(900), accepted: within(840) },
  violation(found, template) {
    if (!readsKafka(found)) return undefined;
    const timeout = knownNumber(functionOf(found, template)?.properties.Timeout) ?? 0;
    return timeout > KAFKA_TIMEOUT_MAX.toSeconds() ? 'FunctionName' : undefined;
  },
};
