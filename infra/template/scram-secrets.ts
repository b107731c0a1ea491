/** Secrets with the names and passwords of Kafka users. */
import { resource } from './example.js';
import { credentialsOf, kafkaMappings } from './mappings.js';
import { ASSOCIATION, SECRET } from './resource-types.js';
import type { ExampleResources } from './rule.js';
import type { Resource, Template } from './template.js';
import { referredTo, resourcesIn } from './values.js';

/** Whether a secret is given to a cluster, as one of its users. */
export function associated(secret: Resource, template: Template): boolean {
  return [...template.values()].some(
    ({ type, properties }) =>
      type === ASSOCIATION && resourcesIn(properties.SecretArnList, template).includes(secret),
  );
}

/** Whether a poller logs in with a secret, by name and password. */
export function logsIn(secret: Resource, template: Template): boolean {
  return kafkaMappings(template).some((mapping) =>
    credentialsOf(mapping)?.some(
      ({ type, uri }) =>
        type !== 'CLIENT_CERTIFICATE_TLS_AUTH' && referredTo(uri, template) === secret,
    ),
  );
}

/** An example: a secret that is given to a cluster of elsewhere. */
export function associates(properties: Readonly<Record<string, unknown>>): ExampleResources {
  return {
    Association: resource(ASSOCIATION, { SecretArnList: [{ Ref: 'Secret' }] }),
    Secret: resource(SECRET, {
      GenerateSecretString: {
        SecretStringTemplate: '{"username":"clicks"}',
        GenerateStringKey: 'password',
      },
      ...properties,
    }),
  };
}
