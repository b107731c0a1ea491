/** The gate as a library: `tavro/codegen` exports it. */
import type { Json } from '../../runtime/json.js';
import { COMPATIBILITY_LEVELS, type CompatibilityLevel } from '../../runtime/registry/levels.js';
import { type ParsedSchema, parseSchema } from '../model/parse-schema.js';
import type { Schema } from '../model/schema.js';
import { SourceText } from '../model/source-text.js';
import { comparePair, rulesOf, type Side } from './compare-pair.js';
import type { Finding } from './finding.js';
import { pairsOf } from './modes.js';
import type { Category } from './rule.js';

/** A schema in any form: parsed, as JSON, or as JSON text. */
export type SchemaInput = Schema | ParsedSchema | Json;

export interface CompareOptions {
  /** Schemas that both refer to, as JSON or text. */
  readonly references?: readonly Json[];
  /** @default ['WIRE', 'SEMANTIC'] */
  readonly categories?: readonly Category[];
}

/**
 * What is wrong with data of `writer` being read by `reader`; empty when nothing is. Every WIRE
 * finding has a witness: data that the decoder refuses.
 * @throws SchemaError when one of the two is no schema
 */
export function compare(
  reader: SchemaInput,
  writer: SchemaInput,
  options: CompareOptions = {},
): Finding[] {
  const { categories = ['WIRE', 'SEMANTIC'] } = options;
  return comparePair(
    { schema: schemaOf(reader, 'reader.avsc', options.references) },
    { schema: schemaOf(writer, 'writer.avsc', options.references) },
    { rules: rulesOf(categories) },
  );
}

/** Whether no finding says that data stops decoding. */
export function isCompatible(findings: readonly Finding[]): boolean {
  return !findings.some(({ category }) => category === 'WIRE');
}

export interface HistoryInput {
  readonly compatibility: CompatibilityLevel;
  /** Versions, oldest first: `v1`, `v2`… in findings. */
  readonly history: readonly SchemaInput[];
  /** The version after them. */
  readonly candidate: SchemaInput;
  readonly references?: readonly Json[];
  readonly categories?: readonly Category[];
}

/**
 * What is wrong with adding a candidate to a history. All versions that a level looks at are
 * compared, and all that are violated are reported.
 * @throws SchemaError when one of them is no schema, TypeError for an unknown level
 */
export function checkHistory(input: HistoryInput): Finding[] {
  const { compatibility, categories = ['WIRE', 'SEMANTIC'] } = input;
  if (!COMPATIBILITY_LEVELS.includes(compatibility))
    throw new TypeError(
      `${String(compatibility)} is no compatibility level: ${COMPATIBILITY_LEVELS.join(', ')}.`,
    );
  const side = (given: SchemaInput, index: number): Side => ({
    schema: schemaOf(given, `v${index + 1}.avsc`, input.references),
    name: `v${index + 1}`,
  });
  const candidate = side(input.candidate, input.history.length);
  const rules = rulesOf(categories);
  return pairsOf(compatibility, input.history.map(side), candidate).flatMap(({ reader, writer }) =>
    comparePair(reader, writer, {
      rules,
      editable: reader === candidate ? 'reader' : 'writer',
    }),
  );
}

function schemaOf(given: SchemaInput, file: string, references: readonly Json[] = []): Schema {
  if (isSchema(given)) return given;
  if (isParsed(given)) return given.schema;
  // Both sides were accepted once: what is wrong with them alone is for others to say.
  return parseSchema(given, { role: 'history', file, references }).schema;
}

function isSchema(given: SchemaInput): given is Schema {
  if (typeof given !== 'object' || given === null || !('origin' in given)) return false;
  const { origin } = given;
  return (
    typeof origin === 'object' &&
    origin !== null &&
    'source' in origin &&
    origin.source instanceof SourceText
  );
}

function isParsed(given: Exclude<SchemaInput, Schema>): given is ParsedSchema {
  return typeof given === 'object' && given !== null && 'warnings' in given && 'schema' in given;
}
