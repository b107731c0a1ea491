/** Metadata of schemas: what settings give by default, what was sent, what settings insist on. */
import type { Metadata } from './state.js';

/** Later ones win key by key; `undefined` when there is none at all. */
export function mergeMetadata(...parts: readonly unknown[]): Metadata | undefined {
  const given = parts.map(readMetadata).filter((part) => part !== undefined);
  if (given.length === 0) return undefined;
  const tags = mapValues(merge(given.map((part) => part.tags)), readStrings);
  const properties = mapValues(merge(given.map((part) => part.properties)), String);
  const sensitive = [...new Set(given.flatMap((part) => part.sensitive ?? []))].sort();
  return {
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(sensitive.length > 0 && { sensitive }),
  };
}

function merge(records: readonly (object | undefined)[]): Record<string, unknown> {
  return Object.fromEntries(records.flatMap((record) => Object.entries(record ?? {})));
}

/** Metadata out of a request body. Parts of another shape are left out. */
export function readMetadata(body: unknown): Metadata | undefined {
  if (!isRecord(body)) return undefined;
  const { tags, properties, sensitive } = body;
  return {
    ...(isRecord(tags) && { tags: mapValues(tags, readStrings) }),
    ...(isRecord(properties) && { properties: mapValues(properties, String) }),
    ...(Array.isArray(sensitive) && { sensitive: readStrings(sensitive) }),
  };
}

function readStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues<T>(
  record: Record<string, unknown>,
  map: (value: unknown) => T,
): Record<string, T> {
  // Sorted, since metadata is part of a schema's identity and order is not.
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)]));
}
