import { cluster } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { at } from '../template.js';
import { knownText } from '../values.js';

const INSTANCE_TYPE = 'BrokerNodeGroupInfo.InstanceType';
const SMALL = 'kafka.t3.small';

const broker = (type: string): ReturnType<typeof cluster> =>
  cluster({ KafkaVersion: '3.9.x.kraft', BrokerNodeGroupInfo: { InstanceType: type } });

/** An instance type that a Kafka version does not run on. */
export const mskBroker: TemplateRule = {
  id: 'msk-broker',
  why: `Brokers of ${SMALL} cannot run KRaft: the cluster is not created.`,
  fix: `Use kafka.m7g.large or larger, or a version with ZooKeeper such as 3.9.x.`,
  types: [CLUSTER],
  example: {
    refused: { Cluster: broker(SMALL) },
    accepted: { Cluster: broker('kafka.m7g.large') },
  },
  violation({ properties }) {
    const isKraft = knownText(properties.KafkaVersion)?.endsWith('.kraft') === true;
    return isKraft && knownText(at(properties, INSTANCE_TYPE)) === SMALL
      ? INSTANCE_TYPE
      : undefined;
  },
};
