import { brokersOf, clusterOf } from '../clusters.js';
import { cluster, topic } from '../example.js';
import { TOPIC } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { knownNumber } from '../values.js';

const copies = (count: number): ExampleResources => ({
  Cluster: cluster({ NumberOfBrokerNodes: 2 }),
  Topic: topic({ ReplicationFactor: count }),
});

/** More copies of a topic than there are brokers to hold them. */
export const topicReplication: TemplateRule = {
  id: 'topic-replication',
  why: 'No two copies of a partition are on one broker: the topic is not created.',
  fix: 'Lower ReplicationFactor, or raise NumberOfBrokerNodes of the cluster.',
  types: [TOPIC],
  example: { refused: copies(3), accepted: copies(2) },
  violation(found, template) {
    const cluster = clusterOf(found, template);
    const brokers = cluster && brokersOf(cluster);
    const count = knownNumber(found.properties.ReplicationFactor);
    if (count === undefined || brokers === undefined || count <= brokers) return undefined;
    const detail = `${count} copies, and ${brokers} brokers.`;
    return { path: 'ReplicationFactor', detail };
  },
};
