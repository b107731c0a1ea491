import { clusterOf, type Takes, takesOf } from '../clusters.js';
import { authentication, cluster, mapping } from '../example.js';
import { credentialsOf, readsMsk } from '../mappings.js';
import { MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';

const PATH = 'SourceAccessConfigurations';

const reader = (...kinds: Parameters<typeof authentication>): ExampleResources => ({
  Cluster: cluster(authentication(...kinds)),
  Mapping: mapping({ EventSourceArn: { Ref: 'Cluster' } }),
});

/** A poller that the cluster does not let in: without credentials, or with some of another kind. */
export const kafkaCredentials: TemplateRule = {
  id: 'kafka-credentials',
  why: 'The cluster does not let the poller in: it takes no such login.',
  fix: 'Give SourceAccessConfigurations a SASL_SCRAM_512_AUTH with the secret of a user, or turn on the login in ClientAuthentication of the cluster. Without credentials a poller uses IAM.',
  types: [MAPPING],
  example: { refused: reader('scram'), accepted: reader('scram', 'iam') },
  violation(found, template) {
    const credentials = credentialsOf(found);
    if (!readsMsk(found) || credentials === undefined) return undefined;
    const refused = credentials.find(({ type }) => NEVER_OF_MSK.includes(type));
    if (refused !== undefined) return { path: PATH, detail: `MSK has no ${refused.type}.` };
    const cluster = clusterOf(found, template);
    if (cluster === undefined) return undefined;
    return isLetIn(credentials[0]?.type, takesOf(cluster)) ? undefined : PATH;
  },
};

const NEVER_OF_MSK = ['BASIC_AUTH', 'SASL_SCRAM_256_AUTH'];

/** SCRAM has a rule of its own. */
function isLetIn(type: string | undefined, { iam, tls, unauthenticated }: Takes): boolean {
  if (type === 'CLIENT_CERTIFICATE_TLS_AUTH') return tls !== false;
  return type !== undefined || iam !== false || unauthenticated !== false;
}
