/** A value that notes what is asked of it: which property was last, and which were never. */
import { hasProperties } from '../wire/kind-of.js';

/** An object of the value, and what was asked of it. */
export interface Watched {
  readonly path: string;
  readonly target: object;
  readonly asked: Set<string>;
  /** What stands for its parts, so that each is one object however often it is asked for. */
  readonly parts: Map<string, { readonly of: unknown; readonly watched: unknown }>;
}

/** Which objects, beside arrays, are watched. */
export type IsWatched = (value: unknown) => value is object;

/** What is known of a value while generated code goes over it. */
export class Trace {
  /** Path of the property that was asked for last. */
  path = '';
  readonly objects: Watched[] = [];
  private readonly isWatched: IsWatched;

  constructor(isWatched: IsWatched = isPlain) {
    this.isWatched = isWatched;
  }

  /** Wraps records, arrays and maps so that each property access is noted; other values go as they are. */
  watch<T>(value: T, path = ''): T {
    if (!Array.isArray(value) && !this.isWatched(value)) return value;
    const watched = { path, target: value, asked: new Set<string>(), parts: new Map() };
    this.objects.push(watched);
    // Safe: all that the proxy answers is what the value would.
    return new Proxy(shadowOf(value), this.handler(watched)) as T;
  }

  private part(inner: unknown, key: string, { path, target, parts }: Watched): unknown {
    const isList = Array.isArray(target);
    // An array's length is asked for before and after its items, and is the array's own matter.
    const at = isList && key === 'length' ? path : pathOf(path, key, isList);
    this.path = at;
    const known = parts.get(key);
    if (known !== undefined && known.of === inner) return known.watched;
    const watched = this.watch(inner, at);
    if (watched !== inner) parts.set(key, { of: inner, watched });
    return watched;
  }

  private handler(watched: Watched): ProxyHandler<object> {
    const { target, asked } = watched;
    const ask = (property: string | symbol): void => {
      if (typeof property === 'string') asked.add(property);
    };
    return {
      get: (_, property) => {
        const inner: unknown = Reflect.get(target, property);
        if (typeof property === 'symbol') return inner;
        ask(property);
        // Both work on the object itself, and what they read there is their own matter.
        const isMethod = typeof inner === 'function';
        if (isMethod || isAccessor(target, property)) Object.keys(target).forEach(ask);
        return isMethod ? inner.bind(target) : this.part(inner, property, watched);
      },
      has: (_, property) => {
        ask(property);
        return Reflect.has(target, property);
      },
      ownKeys: () => Reflect.ownKeys(target),
      getOwnPropertyDescriptor: (shadow, property) => {
        ask(property);
        const found = Reflect.getOwnPropertyDescriptor(target, property);
        const own = Reflect.getOwnPropertyDescriptor(shadow, property);
        // What the shadow has too, an array's length, must be said to be as it is there.
        return own ?? (found && { ...found, configurable: true });
      },
    };
  }
}

/** Of no class: what has one may be read by its private members, which no proxy has. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a property is computed, by the object or by its class. */
function isAccessor(target: object, property: string): boolean {
  const own = Object.getOwnPropertyDescriptor(target, property);
  if (own !== undefined) return own.get !== undefined;
  const prototype: unknown = Object.getPrototypeOf(target);
  // What all objects have, `__proto__`, is no matter of this one.
  return !isPlain(target) && hasProperties(prototype) && isAccessor(prototype, property);
}

/** Stands where the value would: a frozen one may not answer otherwise than it is. */
function shadowOf(value: object): object {
  return Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
}

/** The path of a part. */
export function pathOf(path: string, property: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${property}]`;
  const name = /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(property)
    ? property
    : `[${JSON.stringify(property)}]`;
  return path === '' || name.startsWith('[') ? `${path}${name}` : `${path}.${name}`;
}
