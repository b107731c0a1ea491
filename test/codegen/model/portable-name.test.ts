import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { portableName } from '../../../codegen/model/portable-name.js';

describe('the name of a file after a subject', () => {
  it.each([
    ['orders-value', 'orders-value'],
    ['com.shop.orders_v2', 'com.shop.orders_v2'],
    ['Orders-value', 'Orders-value~7f7e9559'],
    [':.staging:orders-value', '%3a.staging%3aorders-value'],
    ['.hidden', '%2ehidden'],
    ['a/b\\c', 'a%2fb%5cc'],
    ['a~b%', 'a%7eb%25'],
    ['größe', 'gr%c3%b6%c3%9fe'],
    ['con', 'con~1143da2b'],
    ['nul.value', 'nul.value~2acaf7cd'],
    ['', '~e3b0c442'],
  ])('of %s is %s', (name, file) => {
    expect(portableName(name)).toBe(file);
  });

  it('is short for a long one, and another for each', () => {
    const [one, other] = ['a', 'b'].map((last) => portableName('x'.repeat(10_000) + last));
    expect(one).toMatch(/^x{120}~[0-9a-f]{8}$/);
    expect(one).not.toBe(other);
  });

  it('is plain, short and its own, also where case does not count', () => {
    const names = fc.string({ unit: fc.constantFrom(...'aA.:/~%-éΩ ') });
    fc.assert(
      fc.property(names, names, (one, other) => {
        expect(portableName(one)).toMatch(/^[a-zA-Z0-9_%~-][a-zA-Z0-9._%~-]{0,250}$/);
        const isOne = portableName(one).toLowerCase() === portableName(other).toLowerCase();
        expect(isOne).toBe(one === other);
      }),
    );
  });
});
