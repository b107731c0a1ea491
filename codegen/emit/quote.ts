/** Text as TypeScript spells it. */
import { visible } from '../../runtime/printable.js';

/** Whether a name may stand behind a dot. */
export function isIdentifier(name: string): boolean {
  return /^[\p{L}_$][\p{L}\p{Nd}_$]*$/u.test(name);
}

/** A property name in an object literal or type. `__proto__` computed: bare, it sets the prototype. */
export function propertyKey(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return isIdentifier(name) ? name : quote(name);
}

/** A string literal: in single quotes, unless double ones need fewer escapes. */
export function quote(text: string): string {
  // JSON leaves line ends of Unicode alone, and marks that let code look like other code.
  const double = visible(JSON.stringify(text));
  const isShorter = text.includes("'") && text.split("'").length > text.split('"').length;
  if (isShorter) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
