import {
  KNOWN_KAFKA_VERSIONS,
  RETIRED_KAFKA_VERSIONS,
  UNLISTED_BROKER_METADATA,
} from '../../cluster/brokers.js';
import { cluster } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { unknownName } from '../unknown-name.js';
import { knownText } from '../values.js';

const KNOWN: readonly string[] = [...RETIRED_KAFKA_VERSIONS, ...KNOWN_KAFKA_VERSIONS];

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
