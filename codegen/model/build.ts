/** JSON nodes -> schema parts. Names are declared already; this links them. */
import { isPrimitive } from '../../runtime/schema/schema.js';
import { buildNamed } from './build-named.js';
import { type JsonNode, type JsonRecord, stringOf } from './json.js';
import { meantFor } from './misspelt.js';
import { isNamed, type NamedSchema, type Schema } from './schema.js';
import { BARE, described, type Scope } from './scope.js';
import { type Origin, placeOf, printPlace } from './source-text.js';

/** The schema that a JSON node describes, or `undefined` with a problem reported. */
export function buildType(node: JsonNode, scope: Scope): Schema | undefined {
  if (node.kind === 'list') return buildUnion(node.items, node.origin, scope);
  if (node.kind === 'scalar') return buildReference(node, scope);
  const type = node.entries.get('type');
  const name = stringOf(type);
  if (type === undefined && node.entries.has('protocol')) {
    scope.parser.problems.error('PROTOCOL', node.origin, {
      message: 'This is an Avro protocol, not a schema, and is not read.',
      fix: 'Put each of its "types" into a .avsc file.',
    });
    return undefined;
  }
  if (type === undefined || name === undefined) {
    const { origin = type?.origin ?? node.origin, ...meant } = meantFor(node, 'type');
    scope.parser.problems.error(type === undefined ? 'TYPE_MISSING' : 'TYPE_INVALID', origin, {
      message:
        type === undefined ? 'This has no "type".' : 'A "type" within an object must be a name.',
      ...(type === undefined
        ? meant
        : { fix: `Write the inner type in place of the object around it.` }),
    });
    // Problems within are worth reporting in the same run.
    if (type !== undefined && type.kind !== 'scalar') buildType(type, scope);
    return undefined;
  }
  switch (name) {
    case 'array':
    case 'map':
      return buildContainer(node, name, scope);
    case 'record':
    case 'error':
    case 'enum':
    case 'fixed':
      return buildNamed(node, scope);
    default:
      return isPrimitive(name)
        ? { kind: name, ...described(node, { kind: name }, scope) }
        : buildReference(type, scope, true);
  }
}

function buildReference(
  node: JsonNode,
  { parser, namespace }: Scope,
  isInObject = false,
): Schema | undefined {
  const name = stringOf(node);
  if (name === undefined) {
    parser.problems.error('TYPE_INVALID', node.origin, {
      message: 'A type is a name, an object or a list.',
    });
    return undefined;
  }
  if (isPrimitive(name)) return { kind: name, origin: node.origin, ...BARE, logical: undefined };
  const shell = parser.lookUp(name, namespace, node.origin);
  if (shell === undefined) {
    parser.missesType({ name, namespace, isInObject, origin: node.origin });
    return undefined;
  }
  // Safe: linking fills every shell before anyone but this pass sees it (or reports a problem).
  return shell as unknown as NamedSchema;
}

function buildUnion(items: readonly JsonNode[], origin: Origin, scope: Scope): Schema | undefined {
  const branches: Schema[] = [];
  const seen = new Map<string, Origin>();
  let isWhole = true;
  for (const item of items) {
    const branch = buildType(item, scope);
    if (branch === undefined) {
      isWhole = false;
      continue;
    }
    const key = isNamed(branch) ? branch.name : branch.kind;
    const first = seen.get(key);
    if (branch.kind === 'union') {
      scope.parser.problems.error('UNION_NESTED', item.origin, {
        message: 'A union may not hold a union directly.',
        fix: 'Put the inner branches into the outer union.',
      });
    } else if (first !== undefined) {
      scope.parser.problems.error('UNION_DUPLICATE', item.origin, {
        message: `The union has two branches ${key}; the first is at ${printPlace(placeOf(first))}.`,
        fix: 'Only records, enums and fixed may occur several times, under different names.',
      });
    }
    seen.set(key, item.origin);
    branches.push(branch);
  }
  return isWhole ? { kind: 'union', branches, origin, ...BARE } : undefined;
}

function buildContainer(node: JsonRecord, kind: 'array' | 'map', scope: Scope): Schema | undefined {
  const key = kind === 'array' ? 'items' : 'values';
  const inner = node.entries.get(key);
  if (inner === undefined) {
    const { origin = node.origin, ...meant } = meantFor(node, key);
    scope.parser.problems.error('ITEMS_MISSING', origin, {
      message: `This ${kind} has no "${key}".`,
      ...meant,
    });
    return undefined;
  }
  const type = buildType(inner, scope);
  if (type === undefined) return undefined;
  const rest = described(node, { kind }, scope);
  return kind === 'array' ? { kind, items: type, ...rest } : { kind, values: type, ...rest };
}
