import { clusterOf, isExpress, settingsOf, topicConfigs } from '../clusters.js';
import { topic } from '../example.js';
import { TOPIC } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { knownNumber } from '../values.js';

const SETTING = 'min.insync.replicas';

const inSync = (count: number): ReturnType<typeof topic> =>
  topic({
    ReplicationFactor: 3,
    Configs: Buffer.from(JSON.stringify({ [SETTING]: String(count) })).toString('base64'),
  });

/** Every copy of the topic must be there for a write, by its own settings or its cluster's. */
export const topicMinInsync: TemplateRule = {
  id: 'topic-min-insync',
  why: 'With one broker away, as in each of its restarts, producers that wait for all copies cannot write.',
  fix: `Set ${SETTING} of topic or cluster below the topic's ReplicationFactor.`,
  types: [TOPIC],
  example: { refused: { Topic: inSync(3) }, accepted: { Topic: inSync(2) } },
  violation(found, template) {
    const cluster = clusterOf(found, template);
    // What is said there is MSK's own on Express brokers.
    if (cluster !== undefined && isExpress(cluster)) return undefined;
    const own = topicConfigs(found);
    if (own === undefined) return undefined;
    const written = own.get(SETTING) ?? (cluster && settingsOf(cluster, template)?.get(SETTING));
    const count = knownNumber(written);
    const copies = knownNumber(found.properties.ReplicationFactor);
    if (count === undefined || copies === undefined) return undefined;
    // One copy is always all of them.
    if (count < Math.max(copies, 2)) return undefined;
    const path = own.has(SETTING) ? 'Configs' : 'ReplicationFactor';
    return { path, detail: `${SETTING} is ${count}, of ${copies} copies.` };
  },
};
