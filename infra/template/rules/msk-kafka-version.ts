import { KNOWN_KAFKA_VERSIONS, UNLISTED_BROKER_METADATA } from '../../cluster/brokers.js';
import { cluster } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { unknownName } from '../unknown-name.js';
import { knownText } from '../values.js';

/**
 * Of clusters that may still be there: MSK makes no new ones of these versions.
 * Source: the versions that `aws kafka list-kafka-versions` called deprecated in September 2026.
 */
const RETIRED: readonly string[] = [
  '1.1.1',
  '2.1.0',
  '2.2.1',
  '2.3.1',
  '2.4.1',
  '2.4.1.1',
  '2.5.1',
  '2.6.0',
  '2.6.1',
  '2.6.2',
  '2.6.3',
  '2.7.0',
  '2.7.1',
  '2.7.2',
  '2.8.0',
  '2.8.1',
  '2.8.2.tiered',
  '3.1.1',
  '3.2.0',
  '3.3.1',
  '3.3.2',
  '3.4.0',
  '3.5.1',
  '3.6.0.1',
  '3.8.link',
];
const KNOWN: readonly string[] = [...RETIRED, ...KNOWN_KAFKA_VERSIONS];

/** A Kafka version that MSK never had. */
export const mskKafkaVersion: TemplateRule = {
  id: 'msk-kafka-version',
  why: 'MSK has no such Kafka version: the cluster is not created.',
  fix: 'Use a version as MSK writes it, such as 3.9.x.kraft; `aws kafka list-kafka-versions` has them all.',
  types: [CLUSTER],
  example: {
    refused: { Cluster: cluster({ KafkaVersion: '4.0.x' }) },
    accepted: { Cluster: cluster({ KafkaVersion: '4.0.x.kraft' }) },
  },
  violation({ properties, metadata }) {
    if (metadata[UNLISTED_BROKER_METADATA] === true) return undefined;
    const version = knownText(properties.KafkaVersion);
    if (version === undefined || KNOWN.includes(version)) return undefined;
    const detail = unknownName(version, KNOWN_KAFKA_VERSIONS);
    return { path: 'KafkaVersion', detail };
  },
};
