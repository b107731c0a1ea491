import { isExpress } from '../clusters.js';
import { cluster } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { at } from '../template.js';
import { knownList, knownNumber } from '../values.js';

const SUBNETS = 'BrokerNodeGroupInfo.ClientSubnets';

const brokers = (count: number): ReturnType<typeof cluster> =>
  cluster({
    NumberOfBrokerNodes: count,
    BrokerNodeGroupInfo: { ClientSubnets: ['subnet-1', 'subnet-2'] },
  });

/** Subnets or brokers that zones cannot share evenly. */
export const mskZones: TemplateRule = {
  id: 'msk-zones',
  why: 'MSK takes one subnet in each of two or three zones, and as many brokers in each.',
  fix: 'Give two or three ClientSubnets, and a multiple of that as NumberOfBrokerNodes.',
  types: [CLUSTER],
  example: { refused: { Cluster: brokers(3) }, accepted: { Cluster: brokers(4) } },
  violation(resource) {
    const subnets = knownList(at(resource.properties, SUBNETS))?.length;
    const count = knownNumber(resource.properties.NumberOfBrokerNodes);
    if (subnets === undefined) return undefined;
    // Express brokers have a rule of their own.
    if (subnets !== 2 && subnets !== 3) return isExpress(resource) ? undefined : SUBNETS;
    return count === undefined || count % subnets === 0 ? undefined : 'NumberOfBrokerNodes';
  },
};
