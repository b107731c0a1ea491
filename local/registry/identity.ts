import { createHash } from 'node:crypto';
import type { Metadata, Reference, Version } from './state.js';

/** What makes two schemas the same one. */
export type Identity = Pick<Version, 'schema' | 'references' | 'ruleSet'> & {
  readonly metadata?: Metadata | undefined;
};

/** The same for schemas with the same text, references and metadata. Looks like a UUID. */
export function guidOf({ schema, references, metadata, ruleSet }: Identity): string {
  const targets = references.map(({ name, subject, version }) => [name, subject, version]);
  const parts = [schema, targets, metadata ?? null, ruleSet ?? null];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** References in the order that `normalize=true` gives them, each once. */
export function sortedReferences(references: readonly Reference[]): Reference[] {
  const unique = new Map(references.map((reference) => [JSON.stringify(reference), reference]));
  return [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
