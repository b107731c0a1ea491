import { type Json, printJson } from '../../runtime/json.js';
import { type ParseOptions, parseFiles } from './parse.js';
import { type Problem, printProblem } from './problem.js';
import type { Schema } from './schema.js';
import { SourceText } from './source-text.js';

/** A schema that cannot be used; `problems` says everything that is wrong with it, and where. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly code = 'SCHEMA_INVALID';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(printProblem).join('\n'));
    this.problems = problems;
  }
}

export interface ParseSchemaOptions extends ParseOptions {
  /** Schemas that this one refers to, as JSON or text, in any order. */
  readonly references?: readonly (Json | string)[];
  /** Shown in messages. @default 'schema.avsc' */
  readonly file?: string;
}

/** A schema, and what deserves a look in it. */
export interface ParsedSchema {
  readonly schema: Schema;
  readonly warnings: readonly Problem[];
}

/**
 * Parses one schema, given as JSON text (comments are fine) or as a JSON value.
 * @throws SchemaError with every problem, each with line and column.
 */
export function parseSchema(schema: Json, options: ParseSchemaOptions = {}): ParsedSchema {
  const { references = [], file = 'schema.avsc', ...rest } = options;
  const sources = [
    new SourceText(file, textOf(schema)),
    ...references.map(
      (reference, index) => new SourceText(`reference-${index + 1}.avsc`, textOf(reference)),
    ),
  ];
  const { files, problems } = parseFiles(sources, rest);
  const root = files[0]?.root;
  if (root === undefined || problems.errors.length > 0) throw new SchemaError(problems.errors);
  return { schema: root, warnings: problems.list };
}

/** A text is JSON already, unless it is the bare name of a type. */
function textOf(schema: Json | string): string {
  if (typeof schema !== 'string') return printJson(schema);
  return /^\s*[\p{L}_][^\s"[\]{},:]*\s*$/u.test(schema) ? JSON.stringify(schema.trim()) : schema;
}
