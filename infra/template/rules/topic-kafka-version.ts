import { clusterOf } from '../clusters.js';
import { cluster, topic } from '../example.js';
import { SERVERLESS, TOPIC } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { knownText } from '../values.js';

/** `AWS::MSK::Topic` needs Kafka 3.6 or newer. */
const OLDEST = { major: 3, minor: 6 } as const;

const of = (version: string): ExampleResources => ({
  Cluster: cluster({ KafkaVersion: version }),
  Topic: topic(),
});

/** A topic of a cluster that the service makes none on. */
export const topicKafkaVersion: TemplateRule = {
  id: 'topic-kafka-version',
  why: 'AWS::MSK::Topic is for provisioned clusters of Kafka 3.6 or newer.',
  fix: 'Raise KafkaVersion of the cluster, or have the topic made by a Kafka client.',
  types: [TOPIC],
  example: { refused: of('3.5.1'), accepted: of('3.6.0') },
  violation(found, template) {
    const cluster = clusterOf(found, template);
    if (cluster?.type === SERVERLESS) return 'ClusterArn';
    const version = knownText(cluster?.properties.KafkaVersion) ?? '';
    const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
    if (major === undefined || minor === undefined) return undefined;
    const { major: oldest, minor: least } = OLDEST;
    const isOld = Number(major) < oldest || (Number(major) === oldest && Number(minor) < least);
    return isOld ? { path: 'ClusterArn', detail: `The cluster has Kafka ${version}.` } : undefined;
  },
};
