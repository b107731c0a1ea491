/** Which definitions of one name say the same. */
import { printJson } from '../../runtime/json.js';
import { printSchema } from './print.js';
import type { Problems } from './problem.js';
import { childrenOf, type NamedSchema, visit } from './schema.js';
import type { Shell } from './scope.js';
import { placeOf, printPlace } from './source-text.js';

/** Maps each definition to the first that says the same; names that differ get a warning. */
export function uniqueTypes(
  shells: readonly Shell[],
  problems: Problems,
): Map<NamedSchema, NamedSchema> {
  const canonical = new Map<NamedSchema, NamedSchema>();
  for (const types of groupByName(shells.filter(isComplete)).values()) {
    const [first] = types;
    const byText = new Map<string, NamedSchema>();
    for (const type of types) {
      const text = types.length === 1 ? '' : printJson(printSchema(type));
      const same = byText.get(text) ?? type;
      byText.set(text, same);
      canonical.set(type, same);
      if (same !== type || first === undefined || first === type) continue;
      problems.warn('NAME_VARIANTS', type.origin, {
        message: `${type.name} is defined differently at ${printPlace(placeOf(first.origin))}; both are generated.`,
        fix: 'Keep one definition, or give one of them another name or namespace.',
      });
    }
  }
  return canonical;
}

function groupByName(types: readonly NamedSchema[]): Map<string, NamedSchema[]> {
  const groups = new Map<string, NamedSchema[]>();
  for (const type of types) {
    const group = groups.get(type.name);
    if (group === undefined) groups.set(type.name, [type]);
    else group.push(type);
  }
  return groups;
}

/** Whether two definitions differ in their docs only; a type cannot be defined within itself. */
export function saysTheSame(one: Shell, other: Shell): boolean {
  if (!isComplete(one) || !isComplete(other)) return false;
  let isWithin = false;
  for (const child of childrenOf(one)) visit(child, (part) => (isWithin ||= part === other));
  const text = (type: NamedSchema): string => printJson(printSchema(type, { docs: false }));
  return !isWithin && text(one) === text(other);
}

/** A shell that linking has filled. One that had problems stays open; those are reported. */
function isComplete(shell: Shell): shell is Shell & NamedSchema {
  return shell.name !== '' && 'props' in shell;
}
