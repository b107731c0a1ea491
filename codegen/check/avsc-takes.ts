/** What Node's avsc 5.7 surely takes, so that it need not be asked: it makes code for each record. */
import { isPrimitive, simpleName } from '../../runtime/schema/schema.js';
import { type Field, isNamed, type Schema, visit } from '../model/schema.js';

/** Most types and fields of a schema: avsc goes down into types with calls, and a call takes each field. */
const MAX_PARTS = 1_000;

/** Whether avsc takes a schema; `false` where only avsc knows. */
export function avscTakes(root: Schema): boolean {
  let parts = 0;
  let isTaken = true;
  visit(root, (schema) => {
    parts += schema.kind === 'record' ? 1 + schema.fields.length : 1;
    isTaken &&= takesType(schema);
  });
  return isTaken && parts <= MAX_PARTS;
}

function takesType(schema: Schema): boolean {
  if (isNamed(schema) && !takesName(schema.name, schema.aliases)) return false;
  switch (schema.kind) {
    case 'record':
      return schema.fields.every((field) => isPlainName(field.name) && takesDefault(field));
    case 'enum':
      return schema.symbols.length > 0 && schema.symbols.every(isPlainName);
    case 'union':
      return schema.branches.length === 2 && schema.branches.some(({ kind }) => kind === 'null');
    default:
      return true;
  }
}

/** Names without a namespace, and aliases, it looks up in ways of its own. */
function takesName(name: string, aliases: readonly string[]): boolean {
  const parts = name.split('.');
  const isOwn = parts.length > 1 && !isPrimitive(simpleName(name));
  return isOwn && parts.every(isPlainName) && aliases.length === 0;
}

/** Of letters that it takes, and nothing that every object of JavaScript has. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !(name in {});
}

/** Of a union it takes none but a value of the first branch. */
function takesDefault({ type, default: value }: Field): boolean {
  if (value === undefined) return true;
  const first = type.kind === 'union' ? type.branches[0] : type;
  switch (first?.kind) {
    case 'null':
      return value === null;
    case 'boolean':
    case 'string':
      return typeof value === first.kind;
    case 'int':
    case 'long':
      return typeof value === 'number' && value === (value | 0);
    case 'float':
    case 'double':
      return Number.isFinite(value);
    default:
      return false;
  }
}
