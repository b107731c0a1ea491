import { serverProperties } from '../clusters.js';
import { resource } from '../example.js';
import { CONFIGURATION } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { knownNumber } from '../values.js';

const properties = (inSync: number): ReturnType<typeof resource> =>
  resource(CONFIGURATION, {
    ServerProperties: `default.replication.factor=3\nmin.insync.replicas=${inSync}`,
  });

/** Every copy of a partition must be there for a write. */
export const mskMinInsync: TemplateRule = {
  id: 'msk-min-insync',
  why: 'With one broker away, as in each of its restarts, producers that wait for all copies cannot write.',
  fix: 'Set min.insync.replicas to one less than default.replication.factor.',
  types: [CONFIGURATION],
  example: {
    refused: { Configuration: properties(3) },
    accepted: { Configuration: properties(2) },
  },
  violation(found) {
    const lines = serverProperties(found);
    const inSync = knownNumber(lines?.get('min.insync.replicas'));
    const copies = knownNumber(lines?.get('default.replication.factor'));
    if (inSync === undefined || copies === undefined) return undefined;
    // One copy is always all of them.
    return inSync >= Math.max(copies, 2) ? 'ServerProperties' : undefined;
  },
};
