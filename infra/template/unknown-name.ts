import { didYouMean } from '../../runtime/nearest-name.js';

/** A name that is not there, and the one that was meant, for a rule's message. */
export function unknownName(name: string, known: readonly string[]): string {
  return `'${name}'.${didYouMean(name, known)}`;
}
