/** Decimal texts as people and programs write them; many of them lie halfway between two neighbours. */
import fc from 'fast-check';
import type { Rounding } from '../../../runtime/codec/decimal-text.js';

export const ROUNDINGS = ['half-even', 'half-up', 'down'] as const satisfies readonly Rounding[];

const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });
/** Halves, and what is next to one. */
const tail = fc.constantFrom('', '5', '50', '500', '49999999999', '50000000001', '4', '6', '0');
const exponent = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.integer({ min: -30, max: 30 }).map((power) => `e${power}`) },
);

export const arbitraryDecimal: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('', '-'), digits(25), fc.option(digits(12)), tail, exponent)
  .map(([sign, whole, fraction, end, power]) => {
    const behind = fraction === null ? end : fraction + end;
    return `${sign}${whole}${behind === '' ? '' : `.${behind}`}${power}`;
  });
