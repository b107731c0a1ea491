/** Field names that a schema's metadata keeps free, checked where `validateFields` is set. */
import { isArray, isObject, type Json, parseJson } from '../../runtime/json.js';
import type { Metadata } from './state.js';

interface WithMetadata {
  readonly schema: string;
  readonly metadata?: Metadata | undefined;
}

/** What speaks against a schema after the one before it. The words are Confluent's. */
export function reservedFieldProblems(
  candidate: WithMetadata,
  previous: WithMetadata | undefined,
): string[] {
  const reserved = reservedFields(candidate);
  const removed = reservedFields(previous).filter((field) => !reserved.includes(field));
  const fields = new Set(fieldNames(parseJson(candidate.schema)));
  return [
    ...removed.map(
      (field) =>
        `The new schema has reserved field ${field} removed from its metadata which is present in the old schema's metadata.`,
    ),
    ...reserved
      .filter((field) => fields.has(field))
      .map((field) => `The new schema has field that conflicts with the reserved field ${field}.`),
  ];
}

function reservedFields(schema: WithMetadata | undefined): string[] {
  const list = schema?.metadata?.properties?.['confluent:reserved'] ?? '';
  return list
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '');
}

function fieldNames(json: Json): unknown[] {
  return isObject(json) && isArray(json.fields)
    ? json.fields.map((field) => (isObject(field) ? field.name : undefined))
    : [];
}
