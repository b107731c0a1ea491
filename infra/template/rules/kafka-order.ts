import { clusterOf, topicsOf } from '../clusters.js';
import { authentication, cluster, mapping, topic } from '../example.js';
import { credentialsOf, readsKafka, topicsRead, usesScram } from '../mappings.js';
import { ASSOCIATION, MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import type { Resource, Template } from '../template.js';
import { knownList, knownText, mentionedIn, referredTo } from '../values.js';

const after = (...dependsOn: readonly string[]): ExampleResources => ({
  Cluster: cluster(authentication('iam')),
  Topic: topic(),
  Mapping: mapping({ EventSourceArn: { Ref: 'Cluster' } }, dependsOn),
});

/** A mapping that may be there before what it reads, or the user that it logs in as. */
export const kafkaOrder: TemplateRule = {
  id: 'kafka-order',
  why: 'Nothing makes CloudFormation create the topic, or the user, before the mapping, which then fails.',
  fix: 'Let the mapping depend on the AWS::MSK::Topic and AWS::MSK::BatchScramSecret.',
  types: [MAPPING],
  example: { refused: after(), accepted: after('Topic') },
  violation(found, template) {
    const cluster = readsKafka(found) ? clusterOf(found, template) : undefined;
    if (cluster === undefined) return undefined;
    const made = waitsFor(found, template);
    const missing = needs(found, cluster, template).filter(
      ({ id, condition }) => !made.has(id) && (condition ?? found.condition) === found.condition,
    );
    if (missing.length === 0) return undefined;
    return { path: 'DependsOn', detail: `Without ${missing.map(({ name }) => name).join(', ')}.` };
  },
};

/** Topics that it reads, and what makes its user known. */
function needs(mapping: Resource, cluster: Resource, template: Template): readonly Resource[] {
  const read = topicsRead(mapping);
  const topics = topicsOf(cluster, template).filter(({ properties }) =>
    read.includes(knownText(properties.TopicName) ?? ''),
  );
  if (!usesScram(mapping)) return topics;
  const associations = [...template.values()].filter(
    (resource) =>
      resource.type === ASSOCIATION &&
      clusterOf(resource, template) === cluster &&
      mayAssociate(resource, mapping, template),
  );
  return [...topics, ...associations];
}

/** Not where all of its secrets, and the mapping's, are of this template, and the mapping's is not among them. */
function mayAssociate(association: Resource, mapping: Resource, template: Template): boolean {
  const own = credentialsOf(mapping)?.map(({ uri }) => referredTo(uri, template)) ?? [undefined];
  const secrets = knownList(association.properties.SecretArnList)?.map((secret) =>
    referredTo(secret, template),
  ) ?? [undefined];
  return [...own, ...secrets].includes(undefined) || own.some((secret) => secrets.includes(secret));
}

/** All that is made before a resource, by `DependsOn` or since it is mentioned. */
function waitsFor(resource: Resource, template: Template): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [resource];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const id of [...next.dependsOn, ...mentionedIn(next.properties)]) {
      const other = template.get(id);
      if (other === undefined || found.has(id)) continue;
      found.add(id);
      open.push(other);
    }
  }
  return found;
}
