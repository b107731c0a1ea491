/**
 * Subjects that a registry associates with a topic, whatever their names: what clients with
 * Confluent's `AssociatedNameStrategy`, the default of its newest ones, register under.
 * Source: Confluent Schema Registry 8.2, "Explicit Topic-Subject Associations";
 * `AssociationsResource` and `AssociatedNameStrategy` of confluentinc/schema-registry.
 */
import type { Registry, RegistryClient } from './client.js';
import { isTransient, RegistryError } from './error.js';
import { asObject, type Read, segment } from './http.js';

/** Stands for a cluster of any name. */
const ANY_NAMESPACE = '-';

/**
 * The subject associated with a topic's key or value; `undefined` where there is none, and from a
 * registry, or a client of one, that knows of no associations.
 * @throws RegistryError when there was no answer, or no right to one; `INVALID` for more than one subject
 */
export async function associatedSubject(
  registry: Registry & Partial<Pick<RegistryClient, 'http'>>,
  topic: string,
  part: 'key' | 'value',
): Promise<string | undefined> {
  if (registry.http === undefined) return undefined;
  const query = `resourceType=topic&associationType=${part}`;
  const path = `/associations/resources/${ANY_NAMESPACE}/${segment(topic)}?${query}`;
  try {
    const subjects = await registry.http.send({ method: 'GET', path }, readSubjects);
    if (subjects.length < 2) return subjects[0];
  } catch (error) {
    if (isNone(error)) return undefined;
    throw error;
  }
  const { url } = registry;
  throw new RegistryError(
    'INVALID',
    `Schema Registry ${url}: the ${part} of topic ${topic} is associated with several subjects.`,
    { url },
  );
}

/** An answer of a registry that knows none. Who may not ask (401, 403) does not know that. */
function isNone(error: unknown): boolean {
  return error instanceof RegistryError && error.code !== 'UNAUTHORIZED' && !isTransient(error);
}

const readSubjects: Read<readonly string[]> = (body) => {
  if (!Array.isArray(body)) return undefined;
  const subjects = body.map((one) => asObject(one).subject);
  return subjects.every((subject) => typeof subject === 'string')
    ? [...new Set(subjects)]
    : undefined;
};
