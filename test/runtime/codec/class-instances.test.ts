/** Values that are instances of classes: watched for fields too much, which private members may not bear. */

import { describe, expect, it } from '@jest/globals';
import { createCodec } from '../../../runtime/generated-code.js';
import { strictFields, undeclaredFields } from '../../../runtime/index.js';
import * as read from '../../../runtime/wire/read.js';
import * as write from '../../../runtime/wire/write.js';

/** Members as with `#`: of the object itself, and of nothing that stands for it. */
class Hidden<T> {
  private readonly values = new WeakMap<object, T>();
  set(of: object, value: T): void {
    this.values.set(of, value);
  }
  get(of: object): T {
    const value = this.values.get(of);
    if (value === undefined) throw new TypeError('Cannot read a private member');
    return value;
  }
}

const cents = new Hidden<number>();

/** As a project's own type may be, with the conversion that it brings. */
class Money {
  readonly currency = 'EUR';
  constructor(amount: number) {
    cents.set(this, amount);
  }
  static toWire(money: Money): number {
    return cents.get(money);
  }
}

interface Price {
  id: number;
  money: Money;
}

const writePrice = (price: Price): void => {
  write.int(price.id);
  write.int(Money.toWire(price.money));
};

const prices = (['conversions throw', 'conversions refuse'] as const).map((name) =>
  createCodec<Price, Price>({
    name,
    schema: '"int"',
    fingerprint: '',
    write(price) {
      if (name === 'conversions throw') return writePrice(price);
      try {
        writePrice(price);
      } catch {
        write.bad('Money', price.money);
      }
    },
    read: () => ({ id: 0, money: new Money(0) }),
  }),
);

const pathsOf = (encode: () => unknown): unknown => {
  try {
    return encode();
  } catch (error) {
    return Object(error).problems.map(({ path }: { path: string }) => path);
  }
};

describe.each(prices)('an instance with private members, where $name', (codec) => {
  const price = { id: 1, money: new Money(5) };

  it('is no fault', () => {
    expect(undeclaredFields(codec, price)).toEqual([]);
    expect(strictFields(codec).encode(price)).toEqual(codec.encode(price));
  });

  it('hides no field too much beside it, and is not named with that', () => {
    const more = { ...price, extra: 1 };
    expect(undeclaredFields(codec, more).map(({ path }) => path)).toEqual(['extra']);
    expect(pathsOf(() => strictFields(codec).encode(more))).toEqual(['extra']);
  });

  it('is not named beside the field that is wrong', () => {
    // Safe: as a caller without the compiler has it.
    const wrong = { ...price, id: 'x' as never };
    for (const { encode } of [codec, strictFields(codec)])
      expect(pathsOf(() => encode(wrong))).toEqual(['id']);
  });
});

describe('an accessor', () => {
  interface Meta {
    ip: string;
  }
  const codec = createCodec<Meta, Meta>({
    name: 'Meta',
    schema: '"string"',
    fingerprint: '',
    write: ({ ip }) => write.string(ip),
    read: () => ({ ip: read.string() }),
  });

  /** Read where the object itself lets be read. */
  const isSelf = new Hidden<boolean>();
  class Own {
    readonly _ip = '::1';
    constructor() {
      isSelf.set(this, true);
    }
    get ip(): string {
      return isSelf.get(this) ? this._ip : '';
    }
  }
  class Inherited extends Own {
    readonly more = 1;
  }
  const literal = {
    _ip: '::1',
    get ip(): string {
      return this._ip;
    },
  };

  it.each<[string, Meta]>([
    ['a class', new Own()],
    ['a class above', new Inherited()],
    ['a literal', literal],
  ])('of %s may read what has no field', (_, meta) => {
    expect(undeclaredFields(codec, meta)).toEqual([]);
    expect(strictFields(codec).encode(meta)).toEqual(codec.encode({ ip: '::1' }));
  });

  it('of all objects is none of the value', () => {
    const wide = createCodec<object, object>({
      ...codec,
      schema: '"string"',
      write: (value) => write.string(Reflect.get(value, '__proto__') ? 'a' : 'b'),
      read: () => ({}),
    });
    expect(undeclaredFields(wide, { extra: 1 }).map(({ path }) => path)).toEqual(['extra']);
  });
});
