import { clusterOf, topicNamesOf } from '../clusters.js';
import { authentication, cluster, mapping, topic } from '../example.js';
import { DESTINATION, destinationTopic, readsKafka } from '../mappings.js';
import { MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { unknownName } from '../unknown-name.js';

const failsTo = (name: string): ExampleResources => ({
  Cluster: cluster(authentication('iam')),
  Topic: topic(),
  Failed: topic({ TopicName: 'clicks-failed' }),
  Mapping: mapping(
    {
      EventSourceArn: { Ref: 'Cluster' },
      ProvisionedPollerConfig: { MinimumPollers: 1 },
      DestinationConfig: { OnFailure: { Destination: `kafka://${name}` } },
    },
    ['Topic'],
  ),
});

/** A topic for failed batches that nobody makes. */
export const kafkaDestinationTopic: TemplateRule = {
  id: 'kafka-destination-topic',
  why: 'Lambda does not make the topic for failed batches: this template makes the cluster and its topics, and this one is not among them.',
  fix: 'Name a topic that there is, or add an AWS::MSK::Topic for it; acknowledge tavro::kafka-destination-topic for one that is made otherwise.',
  types: [MAPPING],
  example: { refused: failsTo('clicks-fialed'), accepted: failsTo('clicks-failed') },
  violation(found, template) {
    const cluster = readsKafka(found) ? clusterOf(found, template) : undefined;
    const topics = cluster && topicNamesOf(cluster, template);
    const topic = destinationTopic(found);
    if (topic === undefined || topics === undefined || topics.includes(topic)) return undefined;
    return { path: DESTINATION, detail: unknownName(topic, topics) };
  },
};
