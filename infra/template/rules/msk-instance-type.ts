import { KNOWN_INSTANCE_TYPES, UNLISTED_BROKER_METADATA } from '../../cluster/brokers.js';
import { cluster } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { at } from '../template.js';
import { unknownName } from '../unknown-name.js';
import { knownText } from '../values.js';

const INSTANCE_TYPE = 'BrokerNodeGroupInfo.InstanceType';

/** A family that MSK's guide names without its sizes. */
const NAMED_ONLY = /^(?:kafka|express)\.m8g\.(?:\d+x)?large$/;

/** An instance type that MSK does not have. */
export const mskInstanceType: TemplateRule = {
  id: 'msk-instance-type',
  why: 'MSK has no such instance type: the cluster is not created.',
  fix: 'Use one of kafka.m7g.*, kafka.m5.* or express.m7g.*, such as kafka.m7g.large; kafka.t3.small for trials.',
  types: [CLUSTER],
  example: {
    refused: { Cluster: cluster({ BrokerNodeGroupInfo: { InstanceType: 'kafka.m7g.lagre' } }) },
    accepted: { Cluster: cluster({ BrokerNodeGroupInfo: { InstanceType: 'kafka.m7g.large' } }) },
  },
  violation({ properties, metadata }) {
    if (metadata[UNLISTED_BROKER_METADATA] === true) return undefined;
    const type = knownText(at(properties, INSTANCE_TYPE));
    if (type === undefined || NAMED_ONLY.test(type)) return undefined;
    if (KNOWN_INSTANCE_TYPES.some((known) => known === type)) return undefined;
    const detail = unknownName(type, KNOWN_INSTANCE_TYPES);
    return { path: INSTANCE_TYPE, detail };
  },
};
