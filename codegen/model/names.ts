import { visible } from '../../runtime/printable.js';
import { namespaceOf } from '../../runtime/schema/schema.js';

// Java's Character.isLetter and isLetterOrDigit over UTF-16 units: no astral letters.
const NAME = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;
const ASTRAL = /[\u{10000}-\u{10FFFF}]/u;
const NO_LETTERS = /[^\p{L}\p{Nd}_]|[\u{10000}-\u{10FFFF}]/gu;

/**
 * Whether a simple name is one that Avro Java 1.12 accepts: letters of any script, digits and `_`,
 * not starting with a digit.
 */
export function isName(name: string): boolean {
  return NAME.test(name) && !ASTRAL.test(name);
}

/** Why a name is outside the grammar. */
function explainName(name: string): string {
  if (name === '') return 'it is empty';
  const first = [...name].find((char, index) => !isName(index === 0 ? char : `_${char}`));
  return `it holds ${JSON.stringify(first ?? name)}; a name has letters, digits and _, and starts with no digit`;
}

/**
 * What stands for a simple name where letters, digits and `_` alone may stand: in code, and in paths.
 * A name of Avro's grammar stands for itself; two others may come to one.
 */
export function lettersOf(name: string): string {
  const letters = name.replace(NO_LETTERS, '_');
  return /^[\p{L}_]/u.test(letters) ? letters : `_${letters}`;
}

/** A name, and what it is of. */
export interface NameUse {
  readonly what: 'name' | 'namespace' | 'alias' | 'field name' | 'symbol';
  readonly name: string;
}

/** Whether a name, each part of a namespace or alias, is of Avro's grammar. */
export function isInGrammar(use: NameUse): boolean {
  return partOutside(use) === undefined;
}

/** Says of a name outside Avro's grammar what is outside, such as `in "app-1", it holds "-"; …`. */
export function explainUse(use: NameUse): string {
  const part = partOutside(use) ?? '';
  const where = part === use.name ? '' : `in ${JSON.stringify(part)}, `;
  return where + explainName(part);
}

function partOutside({ what, name }: NameUse): string | undefined {
  if (isName(name) || (what === 'namespace' && name === '')) return undefined;
  const hasParts = what === 'namespace' || what === 'alias';
  return (hasParts ? name.split('.') : [name]).find((part) => !isName(part));
}

/** Ends the text that a name is shown in, in messages and reports. */
const QUOTES = /["'`\\]/;

/** Why a name cannot be taken even where names outside Avro's grammar are; `undefined` where it can. */
export function whyUnusable({ what, name }: NameUse): string | undefined {
  const isOfType = what === 'name' || what === 'namespace' || what === 'alias';
  if (name === '' && what !== 'namespace') return 'it is empty';
  if (visible(name) !== name) return 'it holds a character that cannot be seen';
  const [quote] = QUOTES.exec(name) ?? [];
  if (quote !== undefined)
    return `it holds ${JSON.stringify(quote)}, which ends the text that names are shown in`;
  if (isOfType && name.includes('/')) return 'it holds "/", which leads to another folder';
  if (isOfType && name.startsWith('.')) return 'it starts with a part that is empty';
  if (what !== 'namespace' && isOfType && name.endsWith('.')) return 'it is empty behind its dot';
  return undefined;
}

/** The namespace of a full name: `.` where what stands before its only dot is nothing. */
export function namespaceUsed(fullName: string): string {
  return fullName.lastIndexOf('.') === 0 ? '.' : namespaceOf(fullName);
}
