// Java's Character.isLetter and isLetterOrDigit over UTF-16 units: no astral letters.
const NAME = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;
const ASTRAL = /[\u{10000}-\u{10FFFF}]/u;

/**
 * Whether a simple name is one that Avro Java 1.12 accepts: letters of any script, digits and `_`,
 * not starting with a digit.
 */
export function isName(name: string): boolean {
  return NAME.test(name) && !ASTRAL.test(name);
}

/** Whether every part of a namespace is a name; the null namespace is empty. */
export function isNamespace(namespace: string): boolean {
  return namespace === '' || namespace.split('.').every(isName);
}

/** Why a name is refused, and what is nearest to it that is not. */
export function explainName(name: string): string {
  if (name === '') return 'it is empty';
  const first = [...name].find((char, index) => !isName(index === 0 ? char : `_${char}`));
  return `it holds ${JSON.stringify(first ?? name)}; a name has letters, digits and _, and starts with no digit`;
}
