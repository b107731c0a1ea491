/**
 * Subject names with their context: `:.staging:orders-value` is `orders-value` in `.staging`.
 * Source: Confluent Schema Registry, "Schema contexts".
 */

/** The context of names that carry none. */
export const DEFAULT_CONTEXT = '.';
/** Holds a level and a mode for all contexts, and no subjects. */
export const GLOBAL_CONTEXT = '.__GLOBAL';
/** In prefixes: every context. */
export const ANY_CONTEXT = ':*:';

export interface QualifiedSubject {
  /** Starts with a dot. */
  readonly context: string;
  /** Empty for a whole context. */
  readonly name: string;
}

/** Takes `:.context:name`, or a bare name in `context`, apart. */
export function parseSubject(text: string, context = DEFAULT_CONTEXT): QualifiedSubject {
  const match = /^:(\.[^:]*)(?::(.*))?$/s.exec(text);
  return match ? { context: match[1] ?? '.', name: match[2] ?? '' } : { context, name: text };
}

/** The one spelling of a subject: without a context where that is the default one. */
export function printSubject({ context, name }: QualifiedSubject): string {
  return `${contextPrefix(context)}${name}`;
}

/** What comes before the names of a context's subjects. */
export function contextPrefix(context: string): string {
  return context === DEFAULT_CONTEXT ? '' : `:${context}:`;
}

/** Reads a context as it stands in a URL: `staging`, `.staging` or `:.staging:`. */
export function parseContext(text: string): string | undefined {
  const inner = text.replace(/^:/, '').replace(/:$/, '');
  if (inner.includes(':')) return undefined;
  return inner.startsWith('.') ? inner : `.${inner}`;
}

/** Whether schemas may be registered under this name (Confluent: no control characters, no names of its own). */
export function isSubject({ context, name }: QualifiedSubject): boolean {
  return name !== '' && context !== GLOBAL_CONTEXT && isSettingsTarget({ context, name });
}

/** Whether a level or mode may be set for this name; a whole context counts. */
export function isSettingsTarget({ context, name }: QualifiedSubject): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\u0000-\u001f\u007f-\u009f]/.test(context + name) && !/^__(GLOBAL|EMPTY)$/.test(name);
}
