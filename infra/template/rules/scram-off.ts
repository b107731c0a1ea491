import { clusterOf, takesOf } from '../clusters.js';
import { authentication, cluster, mapping, scram } from '../example.js';
import { usesScram } from '../mappings.js';
import { ASSOCIATION, MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';

const reader = (...kinds: Parameters<typeof authentication>): ExampleResources => ({
  Cluster: cluster(authentication(...kinds)),
  Mapping: mapping({ EventSourceArn: { Ref: 'Cluster' }, ...scram('arn:aws:secretsmanager:::s') }),
});

/** A login by name and password, at a cluster that knows none. */
export const scramOff: TemplateRule = {
  id: 'scram-off',
  why: 'The cluster does not take SASL/SCRAM: no user gets in.',
  fix: 'Set ClientAuthentication.Sasl.Scram.Enabled of the cluster to true; a serverless one takes IAM only.',
  types: [MAPPING, ASSOCIATION],
  example: { refused: reader('iam'), accepted: reader('scram') },
  violation(found, template) {
    const cluster = clusterOf(found, template);
    if (cluster === undefined || takesOf(cluster).scram !== false) return undefined;
    if (found.type === ASSOCIATION) return 'ClusterArn';
    return usesScram(found) ? 'SourceAccessConfigurations' : undefined;
  },
};
