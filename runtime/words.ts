/** Grammar of messages: numbers with what they count, and the article before a word. */

/** `1 field`, `2 fields`. @param many where it is not the word with an `s` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Words that begin with the sound of a vowel: a `u` as in `user` and `union` is none. */
const VOWEL = /^(?:[aeio]|u(?!ni|s[aeiou]|ti|u|r[aeiloy]))/i;

/** A word with `a` or `an` before it; of a full name, such as `acme.Order`, its first letter counts. */
export function withArticle(word: string): string {
  return `${VOWEL.test(word) ? 'an' : 'a'} ${word}`;
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
