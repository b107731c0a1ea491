/** Rounding, held against exact fractions. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimal } from '../../../runtime/codec/conversions.js';
import { type Rounding, rounded } from '../../../runtime/codec/decimal-text.js';
import { arbitraryDecimal, ROUNDINGS } from './arbitrary-decimal.js';

describe('rounded', () => {
  it.each<[string, number, { [R in Rounding]: string }]>([
    ['2.5', 0, { 'half-even': '2', 'half-up': '3', down: '2' }],
    ['3.5', 0, { 'half-even': '4', 'half-up': '4', down: '3' }],
    ['-2.5', 0, { 'half-even': '-2', 'half-up': '-3', down: '-2' }],
    ['-3.5', 0, { 'half-even': '-4', 'half-up': '-4', down: '-3' }],
    ['1.005', 2, { 'half-even': '1.00', 'half-up': '1.01', down: '1.00' }],
    ['1.015', 2, { 'half-even': '1.02', 'half-up': '1.02', down: '1.01' }],
    ['1.0050000000000000000001', 2, { 'half-even': '1.01', 'half-up': '1.01', down: '1.00' }],
    ['0.4999999999999999999999', 0, { 'half-even': '0', 'half-up': '0', down: '0' }],
    ['-0.004', 2, { 'half-even': '0.00', 'half-up': '0.00', down: '0.00' }],
    ['9.995', 2, { 'half-even': '10.00', 'half-up': '10.00', down: '9.99' }],
    ['99999999999999999999.5', 0, roundsTo('100000000000000000000', '99999999999999999999')],
    ['125E-2', 1, { 'half-even': '1.2', 'half-up': '1.3', down: '1.2' }],
    ['1e-9999', 2, { 'half-even': '0.00', 'half-up': '0.00', down: '0.00' }],
  ])('%s to %i', (text, scale, expected) => {
    const found = ROUNDINGS.map((rounding) => [rounding, rounded(text, scale, rounding)]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it.each(['1', '1.5', '-1.50', '15E+3', 'x', '', '1.2.3', '.005', '1E-100000', 1.005, null])(
    'leaves %p as it is',
    (text) => {
      // Safe: what callers without types give comes back.
      for (const rounding of ROUNDINGS) expect(rounded(text as string, 2, rounding)).toBe(text);
    },
  );

  it('is what the nearest fractions are', () => {
    fc.assert(
      fc.property(
        arbitraryDecimal,
        fc.nat({ max: 12 }),
        fc.constantFrom(...ROUNDINGS),
        (text, scale, rounding) => {
          expect(numerator(rounded(text, scale, rounding), scale)).toBe(
            nearest(text, scale, rounding),
          );
        },
      ),
    );
  });

  it('leaves nothing that the conversion refuses for its scale, and what is too large is refused', () => {
    const options = { precision: 12, scale: 3 };
    const { encode, decode } = decimal(options);
    fc.assert(
      fc.property(arbitraryDecimal, fc.constantFrom(...ROUNDINGS), (text, rounding) => {
        const expected = nearest(text, options.scale, rounding);
        const write = () => encode(rounded(text, options.scale, rounding));
        const isTooLarge = expected >= 10n ** 12n || expected <= -(10n ** 12n);
        if (isTooLarge) expect(write).toThrow(/^Expected decimal text of at most 12 digits/);
        else expect(numerator(decode(write()), options.scale)).toBe(expected);
      }),
    );
  });
});

function roundsTo(up: string, down: string): { [R in Rounding]: string } {
  return { 'half-even': up, 'half-up': up, down };
}

/** A decimal text times `10 ** scale`, as a fraction. */
function fractionOf(text: string, scale: number): readonly [over: bigint, under: bigint] {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const digits = mantissa.split('.')[1]?.length ?? 0;
  const power = BigInt(Number(exponent) - digits + scale);
  const whole = BigInt(mantissa.replace('.', ''));
  return power >= 0n ? [whole * 10n ** power, 1n] : [whole, 10n ** -power];
}

/** The same of a text that has no digits beyond the scale. */
function numerator(text: string, scale: number): bigint {
  const [over, under] = fractionOf(text, scale);
  expect(over % under).toBe(0n);
  return over / under;
}

/** Of the whole numbers of `10 ** -scale` on both sides, the one that the rounding asks for. */
function nearest(text: string, scale: number, rounding: Rounding): bigint {
  const [over, under] = fractionOf(text, scale);
  const isNegative = over < 0n;
  let floor = over / under;
  if (isNegative && floor * under !== over) floor -= 1n;
  const toFloor = over - floor * under;
  const toCeiling = under - toFloor;
  const ceiling = toFloor === 0n ? floor : floor + 1n;
  if (rounding === 'down') return isNegative ? ceiling : floor;
  if (toFloor !== toCeiling) return toFloor < toCeiling ? floor : ceiling;
  if (rounding === 'half-up') return isNegative ? floor : ceiling;
  return floor % 2n === 0n ? floor : ceiling;
}
