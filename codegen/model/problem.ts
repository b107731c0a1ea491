import { visible } from '../../runtime/printable.js';
import { type Origin, type Place, placeOf, printPlace } from './source-text.js';

/** What can be wrong with a schema file. Stable: tools may match on it. */
export type ProblemCode =
  | 'JSON_SYNTAX'
  | 'JSON_DUPLICATE_KEY'
  | 'FILE_TOO_LARGE'
  | 'TOO_DEEP'
  | 'TOO_MANY_TYPES'
  | 'IDL_UNREADABLE'
  | 'IMPORT_UNKNOWN' // of a file that the schemas folder does not have
  | 'PROTOCOL' // a protocol where a schema is wanted
  | 'TYPE_MISSING'
  | 'TYPE_INVALID'
  | 'TYPE_UNKNOWN'
  | 'TYPE_AMBIGUOUS'
  | 'NAME_MISSING'
  | 'NAME_INVALID'
  | 'NAME_REDEFINED'
  | 'NAME_VARIANTS'
  | 'ALIAS_INVALID'
  | 'FIELDS_MISSING'
  | 'FIELD_INVALID'
  | 'FIELD_DUPLICATE'
  | 'ORDER_INVALID'
  | 'SYMBOLS_MISSING'
  | 'SYMBOL_INVALID'
  | 'SYMBOL_DUPLICATE'
  | 'ENUM_DEFAULT_INVALID'
  | 'SIZE_INVALID'
  | 'ITEMS_MISSING'
  | 'UNION_NESTED'
  | 'UNION_DUPLICATE'
  | 'DEFAULT_INVALID'
  | 'DEFAULT_TOO_LARGE' // a default that spreads to more values than code should hold
  | 'DEFAULT_UNUSABLE'
  | 'ATTRIBUTE_UNKNOWN' // nearly one of Avro's
  | 'LOGICAL_MISPLACED'
  | 'LOGICAL_UNKNOWN'
  | 'LOGICAL_INVALID'
  | 'SEMANTIC_INVALID'; // a name of Kafka Connect that counts, on a type that it cannot stand on

/** Something wrong in a schema file: an error stops generation, a warning does not. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly at: Place;
  /** What to do about it. */
  readonly fix?: string;
}

/** Collects problems, so that all of them are reported at once. */
export class Problems {
  readonly list: Problem[] = [];

  error(code: ProblemCode, origin: Origin, what: { message: string; fix?: string }): void {
    this.list.push({ code, severity: 'error', at: placeOf(origin), ...what });
  }

  warn(code: ProblemCode, origin: Origin, what: { message: string; fix?: string }): void {
    this.list.push({ code, severity: 'warning', at: placeOf(origin), ...what });
  }

  get errors(): readonly Problem[] {
    return this.list.filter((problem) => problem.severity === 'error');
  }
}

/** `file:line:column: error CODE: message` and the fix on its own line. */
export function printProblem({ at, severity, code, message, fix }: Problem): string {
  const hint = fix === undefined ? '' : `\n    fix: ${visible(fix)}`;
  return `${printPlace(at)}: ${severity} ${code}: ${visible(message)}${hint}`;
}
