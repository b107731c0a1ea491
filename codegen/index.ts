/** `tavro/codegen`: schemas as a library. Build time only; nothing of it belongs in a bundle. */
export { type FingerprintAlgorithm, fingerprint } from '../runtime/fingerprint.js';
export type { CompatibilityLevel } from '../runtime/registry/levels.js';
export { canonicalForm } from '../runtime/schema/canonical.js';
export {
  type CompareOptions,
  checkHistory,
  compare,
  type HistoryInput,
  isCompatible,
  type SchemaInput,
} from './check/compare.js';
export type { Finding, JavaFinding, Witness } from './check/finding.js';
export type { Category, Severity } from './check/rule.js';
export type { FileText } from './emit/file.js';
export { generateFiles } from './emit/generate.js';
export type { EmitOptions } from './emit/options.js';
export { CodegenError, type CodegenErrorCode } from './error.js';

export { identityOf } from './model/identity.js';
export { type Model, type ParseOptions, parseFiles } from './model/parse.js';
export { type ParsedSchema, parseSchema, SchemaError } from './model/parse-schema.js';
export { printSchema } from './model/print.js';
export { type Problem, type ProblemCode, printProblem } from './model/problem.js';
export type {
  Field as ModelField,
  NamedSchema as ModelNamedSchema,
  RecordSchema as ModelRecordSchema,
  Schema as ModelSchema,
} from './model/schema.js';
export { type Place, SourceText } from './model/source-text.js';
