import { brokersOf, settingsOf } from '../clusters.js';
import { cluster, resource } from '../example.js';
import { CLUSTER, CONFIGURATION } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { knownNumber } from '../values.js';

const SETTING = 'default.replication.factor';

const copies = (count: number): ExampleResources => ({
  Cluster: cluster({
    NumberOfBrokerNodes: 2,
    ConfigurationInfo: { Arn: { Ref: 'Configuration' }, Revision: 1 },
  }),
  Configuration: resource(CONFIGURATION, { ServerProperties: `${SETTING}=${count}` }),
});

/** More copies by default than there are brokers to hold them. */
export const mskDefaultReplication: TemplateRule = {
  id: 'msk-default-replication',
  why: 'No two copies of a partition are on one broker: topics with more copies than brokers cannot be made.',
  fix: `Lower ${SETTING} in the configuration's ServerProperties, or raise NumberOfBrokerNodes.`,
  types: [CLUSTER],
  example: { refused: copies(3), accepted: copies(2) },
  violation(found, template) {
    const count = knownNumber(settingsOf(found, template)?.get(SETTING));
    const brokers = brokersOf(found);
    if (count === undefined || brokers === undefined || count <= brokers) return undefined;
    const detail = `${SETTING} is ${count}, and there are ${brokers} brokers.`;
    return { path: 'ConfigurationInfo', detail };
  },
};
