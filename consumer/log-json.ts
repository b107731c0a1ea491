/** Deepest nesting that is printed. */
const MAX_DEPTH = 64;
/** Most values printed of one line: objects may share parts, so that they unfold without end. */
const MAX_VALUES = 100_000;
/** Stands for what throws when it is looked at, such as a getter or a revoked proxy. */
const UNPRINTABLE = '[unprintable]';

/**
 * JSON text of any value, for logs: bigints as decimal digits, bytes as base64, maps as objects,
 * errors with their code and causes. Never throws: a cycle is cut, and so is what is nested deeper
 * than 64 levels or comes after 100,000 values.
 */
export function logJson(value: unknown): string {
  return plainJson(plainValue(value));
}

/** The same of what is plain already. @param value of {@link plainValue} */
export function plainJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    // A text longer than a string can be.
    return JSON.stringify(UNPRINTABLE);
  }
}

/** The value in what JSON has: no getters, `toJSON`, cycles or bigints are left in it. */
export function plainValue(value: unknown): unknown {
  return new Plain().of(value);
}

class Plain {
  private readonly ancestors: unknown[] = [];
  private values = 0;

  of(value: unknown): unknown {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'function' || typeof value === 'symbol') return undefined;
    if (typeof value !== 'object' || value === null) return value;
    if (this.ancestors.includes(value)) return '[cycle]';
    if (this.ancestors.length >= MAX_DEPTH) return '[deeper]';
    this.ancestors.push(value);
    try {
      return this.ofObject(value);
    } catch {
      return UNPRINTABLE;
    } finally {
      this.ancestors.pop();
    }
  }

  private ofObject(value: object): unknown {
    if (value instanceof Uint8Array) {
      return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
    }
    if (value instanceof Map) return this.ofEntries([...value]);
    if (value instanceof Set) return this.ofItems([...value]);
    if (value instanceof Error) return this.ofEntries(errorEntries(value));
    const { toJSON }: { toJSON?: unknown } = value;
    if (typeof toJSON === 'function') return this.of(toJSON.call(value));
    if (BOXES.some((box) => value instanceof box)) return this.of(value.valueOf());
    if (Array.isArray(value)) return this.ofItems(value);
    return this.ofEntries(entriesOf(value));
  }

  private ofItems(items: readonly unknown[]): unknown[] {
    const plain: unknown[] = [];
    for (const item of items) {
      if (++this.values > MAX_VALUES) return [...plain, '[more]'];
      plain.push(this.of(item));
    }
    return plain;
  }

  private ofEntries(entries: Iterable<readonly [unknown, unknown]>): Record<string, unknown> {
    const plain: [string, unknown][] = [];
    for (const [key, value] of entries) {
      if (++this.values > MAX_VALUES) {
        plain.push(['[more]', true]);
        break;
      }
      plain.push([String(key), this.of(value)]);
    }
    // Not by assignment: a key may be `__proto__`.
    return Object.fromEntries(plain);
  }
}

const BOXES = [String, Number, Boolean, BigInt];

/** The object's own entries, each read when its turn comes; one that throws stands for itself. */
function* entriesOf(value: object): Generator<readonly [string, unknown]> {
  for (const key of Object.keys(value)) yield [key, property(value, key)];
}

function property(holder: object, key: string): unknown {
  try {
    // Safe: every object may be read as unknown values by key.
    return (holder as Record<string, unknown>)[key];
  } catch {
    return UNPRINTABLE;
  }
}

/** `name`, `message`, `stack` and `cause` are not enumerable, or not the error's own. */
function* errorEntries(error: Error): Generator<readonly [string, unknown]> {
  yield ['name', property(error, 'name')];
  yield ['message', property(error, 'message')];
  for (const [key, value] of entriesOf(error)) {
    if (!['name', 'message', 'stack', 'cause'].includes(key)) yield [key, value];
  }
  yield ['stack', property(error, 'stack')];
  const cause = property(error, 'cause');
  if (cause !== undefined) yield ['cause', cause];
}
