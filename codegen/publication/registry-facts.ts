/** What the gate is told of a registry before anything is registered there. */
import type { RegistryClient } from '../../runtime/registry/client.js';
import { RegistryError } from '../../runtime/registry/error.js';
import { createSubjects } from '../../runtime/registry/subjects.js';
import type { Baseline } from '../baseline/baseline.js';
import type { Gate } from '../baseline/run.js';
import type { Fact } from '../check/facts.js';
import { type Place, placeOf } from '../model/source-text.js';
import { inParallel } from '../registry/in-parallel.js';
import { orFailure, textOf } from '../registry/registered.js';
import type { Planned } from './plan.js';

/** What is known of the registry before publishing, as a baseline without a history. */
export async function registryFacts(
  gate: Gate,
  registry: RegistryClient,
  planned: readonly Planned[],
): Promise<Baseline> {
  const { url } = registry;
  const facts = await inParallel(planned, async (one): Promise<Fact[]> => {
    const { subject, schema } = one.current;
    const at = (): Place => placeOf(schema.origin);
    const words = await refusalOf(gate, registry, one);
    const verdict = { subject, by: { url }, gate: true, registry: false };
    return [
      ...one.registered.versions.map(({ version, isDeleted }): Fact => {
        const isKnown = !one.plan.unknown.includes(version);
        return { kind: 'registered', facts: { subject, version, url, isDeleted, isKnown }, at };
      }),
      ...(words === undefined
        ? []
        : [{ kind: 'verdict', facts: { ...verdict, words }, at } as const]),
    ];
  });
  return {
    name: `registry:${url}`,
    history: () => [],
    facts: facts.flat(),
    sourceOf: () => undefined,
  };
}

/**
 * The registry's words where it refuses. Asks before anything is registered, so that no subject is
 * refused after others were taken.
 */
async function refusalOf(
  { project }: Gate,
  registry: RegistryClient,
  { current, registered, plan }: Planned,
): Promise<string | undefined> {
  const { subject, schema } = current;
  const [step, ...more] = plan.steps.filter(({ action }) => action === 'register');
  const isNext = step?.wanted.isCurrent === true && more.length === 0;
  const hasHistory = registered.versions.some(({ isDeleted }) => !isDeleted);
  // Under a level that is about to change the registry's answer means nothing.
  if (!isNext || !hasHistory || plan.level !== undefined) return undefined;
  const { normalize, references } = project.config.registry;
  const text = textOf(schema);
  const words = await refusalBy(registry, { subject, text, normalize });
  if (words === undefined) return undefined;
  // Some registries cannot compare a whole text with one that refers to others (Apicurio 3.0).
  return references && words.isInvalid ? undefined : words.text;
}

async function refusalBy(
  registry: RegistryClient,
  { subject, text, normalize }: { subject: string; text: string; normalize: boolean },
): Promise<{ text: string; isInvalid: boolean } | undefined> {
  try {
    const verdict = await createSubjects(registry).compatibility(subject, text, { normalize });
    return verdict.compatible ? undefined : { text: verdict.messages.join(' '), isInvalid: false };
  } catch (cause) {
    if (cause instanceof RegistryError && cause.code === 'INVALID')
      return { text: cause.message, isInvalid: true };
    return orFailure(Promise.reject(cause));
  }
}
