/** What callers without the compiler may give: asked for before anything is done with it. */
import { kindOf } from './wire/kind-of.js';

/** The longest that a timer of Node can wait, in milliseconds: it takes what is longer for nothing at all. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** A number as it is, else what it is: what somebody gave by mistake may be a secret. */
export function wordFor(value: unknown): string {
  return typeof value === 'number' ? String(value) : kindOf(value);
}

/** Whether it is an object, or a class's instance, with these methods. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  // Boxes what is no object; of null it makes an empty one.
  const members: Partial<Record<string, unknown>> = Object(value);
  return names.every((name) => typeof members[name] === 'function');
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
