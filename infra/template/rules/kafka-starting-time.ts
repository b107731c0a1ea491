import { mapping } from '../example.js';
import { readsKafka } from '../mappings.js';
import { MAPPING } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { knownText } from '../values.js';

const AT_TIMESTAMP = 'AT_TIMESTAMP';
const TIME = 'StartingPositionTimestamp';

/** A start at a time that is not said, or a time that nothing starts at. */
export const kafkaStartingTime: TemplateRule = {
  id: 'kafka-starting-time',
  why: `${AT_TIMESTAMP} and ${TIME} come together or not at all.`,
  fix: `Give ${TIME} in seconds since 1970, or another StartingPosition without it.`,
  types: [MAPPING],
  example: {
    refused: { Mapping: mapping({ StartingPosition: AT_TIMESTAMP }) },
    accepted: { Mapping: mapping({ StartingPosition: AT_TIMESTAMP, [TIME]: 1_764_547_200 }) },
  },
  violation(found) {
    const { StartingPosition, [TIME]: time } = found.properties;
    const position = knownText(StartingPosition);
    if (!readsKafka(found) || position === undefined) return undefined;
    if (position === AT_TIMESTAMP) return time === undefined ? TIME : undefined;
    return knownText(time) === undefined ? undefined : TIME;
  },
};
