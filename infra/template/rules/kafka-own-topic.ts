import { mapping } from '../example.js';
import { DESTINATION, destinationTopic, readsKafka, topicsRead } from '../mappings.js';
import { MAPPING } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';

const failsTo = (topic: string): ReturnType<typeof mapping> =>
  mapping({
    ProvisionedPollerConfig: { MinimumPollers: 1 },
    DestinationConfig: { OnFailure: { Destination: `kafka://${topic}` } },
  });

/** Failed batches that are read again, and fail again. */
export const kafkaOwnTopic: TemplateRule = {
  id: 'kafka-own-topic',
  why: 'Failed batches would go back to the topic that they came from.',
  fix: 'Send them to another topic.',
  types: [MAPPING],
  example: {
    refused: { Mapping: failsTo('clicks') },
    accepted: { Mapping: failsTo('clicks-failed') },
  },
  violation(found) {
    const topic = destinationTopic(found);
    if (!readsKafka(found) || topic === undefined) return undefined;
    return topicsRead(found).includes(topic) ? DESTINATION : undefined;
  },
};
