/** Rounding of decimals, with Java's BigDecimal as referee. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimal } from '../../runtime/codec/conversions.js';
import { type Rounding, rounded } from '../../runtime/codec/decimal-text.js';
import { arbitraryDecimal, ROUNDINGS } from '../runtime/codec/arbitrary-decimal.js';
import { type Referee, startReferee } from './java/referee.js';

const START_TIMEOUT_MS = 11 * 60 * 1000;

let java: Referee;
beforeAll(async () => {
  java = await startReferee();
}, START_TIMEOUT_MS);
afterAll(() => java?.stop());

const MODES: Readonly<Record<Rounding, string>> = {
  'half-even': 'HALF_EVEN',
  'half-up': 'HALF_UP',
  down: 'DOWN',
};

it('writes what BigDecimal.setScale gives', async () => {
  const written = (text: string, scale: number, rounding: Rounding): string => {
    const { encode, decode } = decimal({ precision: 200, scale });
    return decode(encode(rounded(text, scale, rounding)));
  };
  await fc.assert(
    fc.asyncProperty(
      arbitraryDecimal,
      fc.nat({ max: 12 }),
      fc.constantFrom(...ROUNDINGS),
      async (text, scale, rounding) => {
        const answer = await java.ask({ do: 'round', text, scale, rounding: MODES[rounding] });
        expect({ text: written(text, scale, rounding) }).toEqual(answer);
      },
    ),
    { numRuns: 1_000 },
  );
});
