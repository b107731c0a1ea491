import { isExpress, settingsOf, subnetsOf } from '../clusters.js';
import { cluster } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { TemplateRule, Violation } from '../rule.js';
import { at, type Resource, type Template } from '../template.js';
import { isUnknown, knownText } from '../values.js';

const SUBNETS = 'BrokerNodeGroupInfo.ClientSubnets';
/** Kafka versions of MSK that Express brokers do not run. */
const NOT_ON_EXPRESS = ['3.7.x', '3.7.x.kraft', '4.0.x.kraft', '4.1.x.kraft'];
/** What MSK keeps for itself, from its page on read-only configurations of Express brokers. */
const READ_ONLY = [
  'default.replication.factor',
  'min.insync.replicas',
  'num.io.threads',
  'num.network.threads',
  'replica.fetch.response.max.bytes',
  'transaction.state.log.min.isr',
  'transaction.state.log.replication.factor',
  'unclean.leader.election.enable',
];

const express = (group: Readonly<Record<string, unknown>>): ReturnType<typeof cluster> =>
  cluster({ BrokerNodeGroupInfo: { InstanceType: 'express.m7g.large', ...group } });

/**
 * What standard brokers have and Express brokers do not: disks to size, two zones, replication to set. Broker
 * logs they have, since 2026 (Terraform's provider tries them on real clusters).
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-broker-types-express.html
 */
export const mskExpress: TemplateRule = {
  id: 'msk-express',
  why: 'Express brokers manage storage and replication themselves, and take three zones.',
  fix: 'Give three ClientSubnets and a version that Express brokers run (3.6, 3.8, 3.9, 4.2); leave out StorageInfo, StorageMode and settings of replication.',
  types: [CLUSTER],
  example: {
    refused: {
      Cluster: express({ StorageInfo: { EBSStorageInfo: { VolumeSize: 100 } } }),
    },
    accepted: { Cluster: express({ ClientSubnets: ['subnet-1', 'subnet-2', 'subnet-3'] }) },
  },
  violation(found, template) {
    if (!isExpress(found)) return undefined;
    const { properties } = found;
    const path = ['BrokerNodeGroupInfo.StorageInfo', 'StorageMode'].find((name) => {
      const value = at(properties, name);
      return value !== undefined && !isUnknown(value);
    });
    if (path !== undefined) return path;
    const count = subnetsOf(found)?.length ?? 3;
    if (count !== 3) return { path: SUBNETS, detail: `There are ${count}.` };
    const version = knownText(properties.KafkaVersion) ?? '';
    return NOT_ON_EXPRESS.includes(version) ? 'KafkaVersion' : readOnlySetting(found, template);
  },
};

function readOnlySetting(found: Resource, template: Template): Violation | undefined {
  const settings = settingsOf(found, template);
  const setting = READ_ONLY.find((name) => settings?.has(name));
  return setting && { path: 'ConfigurationInfo', detail: `The configuration sets ${setting}.` };
}
