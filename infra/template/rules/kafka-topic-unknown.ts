import { clusterOf, topicNamesOf } from '../clusters.js';
import { authentication, cluster, mapping, topic } from '../example.js';
import { readsKafka, topicsRead } from '../mappings.js';
import { MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { unknownName } from '../unknown-name.js';

const reading = (name: string): ExampleResources => ({
  Cluster: cluster(authentication('iam')),
  Topic: topic({ TopicName: 'user-clicks' }),
  Mapping: mapping({ EventSourceArn: { Ref: 'Cluster' }, Topics: [name] }, ['Topic']),
});

/** A topic that a mapping reads, and that nobody makes. */
export const kafkaTopicUnknown: TemplateRule = {
  id: 'kafka-topic-unknown',
  why: 'This template makes the cluster and its topics, and this one is not among them.',
  fix: 'Name a topic that there is, or add an AWS::MSK::Topic for it; acknowledge tavro::kafka-topic-unknown for one that is made otherwise.',
  types: [MAPPING],
  example: { refused: reading('user-click'), accepted: reading('user-clicks') },
  violation(found, template) {
    const cluster = readsKafka(found) ? clusterOf(found, template) : undefined;
    const topics = cluster && topicNamesOf(cluster, template);
    const missing = topicsRead(found).find((name) => topics?.includes(name) === false);
    if (missing === undefined || topics === undefined) return undefined;
    return { path: 'Topics', detail: unknownName(missing, topics) };
  },
};
