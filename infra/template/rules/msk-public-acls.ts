import { settingsOf, takesOf } from '../clusters.js';
import { authentication, cluster, resource } from '../example.js';
import { CLUSTER, CONFIGURATION } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { at } from '../template.js';
import { knownText } from '../values.js';

const PUBLIC_ACCESS = 'BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type';
const SETTING = 'allow.everyone.if.no.acl.found';

const configured = (value: boolean): ExampleResources => ({
  Cluster: cluster({
    ...authentication('scram'),
    BrokerNodeGroupInfo: {
      ConnectivityInfo: { PublicAccess: { Type: 'SERVICE_PROVIDED_EIPS' } },
    },
    ConfigurationInfo: { Arn: { Ref: 'Configuration' }, Revision: 1 },
  }),
  Configuration: resource(CONFIGURATION, { ServerProperties: `${SETTING}=${value}` }),
});

/**
 * Brokers on the internet, and topics that are anybody's until an ACL says otherwise.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html
 */
export const mskPublicAcls: TemplateRule = {
  id: 'msk-public-acls',
  why: `MSK opens a cluster to the internet only with ACLs: ${SETTING} is true unless the configuration says false.`,
  fix: `Set the ACLs, then ${SETTING}=false in the ServerProperties of the cluster's configuration.`,
  types: [CLUSTER],
  example: { refused: configured(true), accepted: configured(false) },
  violation(found, template) {
    const { scram, tls } = takesOf(found);
    // IAM has policies in place of ACLs.
    if (scram !== true && tls !== true) return undefined;
    const access = knownText(at(found.properties, PUBLIC_ACCESS));
    const settings = settingsOf(found, template);
    if (access === undefined || access === 'DISABLED' || settings === undefined) return undefined;
    return settings.get(SETTING) === 'false' ? undefined : PUBLIC_ACCESS;
  },
};
