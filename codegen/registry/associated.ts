/** Topics that a registry explicitly associates with other subjects than tavro.json does. */
import { associatedSubject } from '../../runtime/registry/associations.js';
import type { RegistryClient } from '../../runtime/registry/client.js';
import { CodegenError } from '../error.js';
import type { SubjectSchema } from '../history/subject.js';
import { withoutContext } from '../history/subject-names.js';
import { inParallel } from './in-parallel.js';

/** What of a topic is asked about. */
interface TopicSubjects {
  readonly name: string;
  readonly values: readonly SubjectSchema[];
  /** What is no Avro, by a word. */
  readonly key: string | SubjectSchema;
}

/**
 * Asks what the registry associates with the topics that carry these subjects: clients that follow
 * associations look there, and would miss what is published under another name.
 * @throws CodegenError `SUBJECT_ASSOCIATED`; RegistryError
 */
export async function refuseAssociated(
  registry: RegistryClient,
  topics: readonly TopicSubjects[],
  subjects: ReadonlySet<string>,
): Promise<void> {
  const uses = topics.flatMap(({ name: topic, values, key }) => [
    ...values.map(({ subject }) => ({ topic, part: 'value' as const, subject })),
    ...(typeof key === 'string' ? [] : [{ topic, part: 'key' as const, subject: key.subject }]),
  ]);
  const asked = uses.filter(({ subject }) => subjects.has(subject));
  const found = await inParallel(asked, async ({ topic, part, subject }) => {
    const other = await associatedSubject(registry, topic, part);
    return other === undefined || isSame(other, subject, registry)
      ? []
      : [`the ${part} of ${topic} with ${other}, and tavro.json has it under ${subject}`];
  });
  const lines = found.flat();
  if (lines.length === 0) return;
  throw new CodegenError(
    'SUBJECT_ASSOCIATED',
    `${registry.url} associates ${lines.join('; ')}. Clients that follow associations would not see what is published. Associate the topic with that subject, or remove the association (DELETE /associations/resources/…): tavro publishes under no other names.`,
  );
}

/** A registry whose URL names a context may say it again before the names. */
function isSame(one: string, other: string, { url }: RegistryClient): boolean {
  return url.includes('/contexts/') ? withoutContext(one) === withoutContext(other) : one === other;
}
