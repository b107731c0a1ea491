import { takesOf } from '../clusters.js';
import { authentication, cluster } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';

/** Users with passwords, and a door beside them for everybody. */
export const mskUnauthenticated: TemplateRule = {
  id: 'msk-unauthenticated',
  why: 'Whoever reaches the brokers gets in without a login, so that the users and their passwords keep nobody out.',
  fix: 'Set ClientAuthentication.Unauthenticated.Enabled to false, and ClientBroker to TLS.',
  types: [CLUSTER],
  example: {
    refused: { Cluster: cluster(authentication('scram', 'open')) },
    accepted: { Cluster: cluster(authentication('scram')) },
  },
  violation(found) {
    const { scram, unauthenticated } = takesOf(found);
    return scram === true && unauthenticated === true
      ? 'ClientAuthentication.Unauthenticated.Enabled'
      : undefined;
  },
};
