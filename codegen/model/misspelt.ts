/** Attributes that are nearly Avro's. Avro lets any pass, so that a slip changes what a schema means in silence. */
import { nearestName } from '../../runtime/nearest-name.js';
import { type JsonRecord, keysOf } from './json.js';
import type { Origin } from './source-text.js';

/** An attribute that means nothing, and the one that seems to be meant. */
export interface Misspelt {
  readonly key: string;
  readonly meant: string;
  readonly origin: Origin;
}

/** Those that may be left out: where another is, that is an error. */
export const FIELD_ATTRIBUTES = ['doc', 'default', 'order', 'aliases', 'logicalType'];
const OF_NAMED = ['namespace', 'doc', 'aliases', 'logicalType'];
const OF_DECIMAL = ['precision', 'scale'];
const BY_KIND: Readonly<Record<string, readonly string[]>> = {
  record: OF_NAMED,
  enum: [...OF_NAMED, 'default'],
  fixed: [...OF_NAMED, ...OF_DECIMAL],
  bytes: ['logicalType', ...OF_DECIMAL],
};

/** What may stand in a type of a kind besides what it needs. */
export function attributesOf(kind: string): readonly string[] {
  return BY_KIND[kind] ?? ['logicalType'];
}

/** Attributes among others that are nearly one of some which the object does not have. */
export function misspeltIn(
  node: JsonRecord,
  others: Iterable<string>,
  attributes: readonly string[],
): readonly Misspelt[] | undefined {
  let found: Misspelt[] | undefined;
  for (const key of others) {
    const meant = attributes.includes(key) ? undefined : meantBy(key, attributes);
    if (meant === undefined || node.entries.has(meant)) continue;
    found ??= [];
    found.push({ key, meant, origin: keysOf(node).get(key) ?? node.origin });
  }
  return found;
}

/** "Did you mean", where an attribute that is missing seems to stand there misspelt; or nothing. */
export function meantFor(node: JsonRecord, needed: string): { origin?: Origin; fix?: string } {
  const [misspelt] = misspeltIn(node, node.entries.keys(), [needed]) ?? [];
  if (misspelt === undefined) return {};
  const { key, origin } = misspelt;
  return { origin, fix: `Did you mean "${needed}" by ${JSON.stringify(key)}?` };
}

export function sentenceOn({ key, meant }: Misspelt): string {
  return `Avro gives ${JSON.stringify(key)} no meaning here. Did you mean "${meant}"?`;
}

/** Names with a dot belong to others (`connect.name`); hardly a slip is one of the first letter. */
function meantBy(key: string, attributes: readonly string[]): string | undefined {
  if (key === '' || key.includes('.')) return undefined;
  if (key === 'alias') return attributes.find((one) => one === 'aliases');
  const meant = nearestName(key, attributes);
  return meant?.slice(0, 2).includes(key.charAt(0).toLowerCase()) ? meant : undefined;
}
