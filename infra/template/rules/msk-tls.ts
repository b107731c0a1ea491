import { takesOf } from '../clusters.js';
import { authentication, cluster } from '../example.js';
import { CLUSTER } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { at } from '../template.js';
import { knownText } from '../values.js';

const CLIENT_BROKER = 'EncryptionInfo.EncryptionInTransit.ClientBroker';

const encrypted = (clientBroker: string): ReturnType<typeof cluster> =>
  cluster({
    ...authentication('scram'),
    EncryptionInfo: { EncryptionInTransit: { ClientBroker: clientBroker } },
  });

/** A login over a listener that is not encrypted. */
export const mskTls: TemplateRule = {
  id: 'msk-tls',
  why: 'Logins need TLS: beside plaintext MSK refuses them, unless everybody is let in without one, too.',
  fix: 'Set ClientBroker to TLS.',
  types: [CLUSTER],
  example: {
    refused: { Cluster: encrypted('TLS_PLAINTEXT') },
    accepted: { Cluster: encrypted('TLS') },
  },
  violation(found) {
    const { scram, iam, tls, unauthenticated } = takesOf(found);
    if (scram !== true && iam !== true && tls !== true) return undefined;
    // TLS is what MSK takes where nothing is said.
    const clientBroker = knownText(at(found.properties, CLIENT_BROKER));
    const isPlain = clientBroker === 'PLAINTEXT';
    const isBoth = clientBroker === 'TLS_PLAINTEXT' && unauthenticated === false;
    return isPlain || isBoth ? CLIENT_BROKER : undefined;
  },
};
