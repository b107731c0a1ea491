/** Decimals as text: read into an unscaled number and a scale, printed, rounded. All of it is exact. */
import { MAX_DECIMAL_BYTES, MAX_DECIMAL_SCALE } from '../limits.js';

/** `-1.50` -> -150 and 2; `15E+3` -> 15 and -3. */
export function decimalParts(text: string): { unscaled: bigint; scale: number } | undefined {
  const match =
    typeof text === 'string' ? /^(-?)(\d+)(?:\.(\d+))?(?:E\+?(-?\d{1,5}))?$/i.exec(text) : null;
  if (match === null || text.length > MAX_DECIMAL_BYTES * 2) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  if (scale > MAX_DECIMAL_SCALE || scale < -MAX_DECIMAL_SCALE) return undefined;
  return { unscaled: BigInt(`${sign}${whole}${fraction}`), scale };
}

/** -150 and 2 -> `-1.50`; 15 and -3 -> `15E+3`. */
export function decimalText(unscaled: bigint | number, scale: number): string {
  if (scale === 0) return unscaled.toString();
  if (scale < 0) return `${unscaled}E+${-scale}`;
  const isNegative = unscaled < 0;
  const digits = (isNegative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${isNegative ? '-' : ''}${digits.substring(0, point)}.${digits.substring(point)}`;
}

/** What becomes of digits beyond the scale: halves go to the even neighbour, or away from 0; `down` drops them. */
export type Rounding = 'half-even' | 'half-up' | 'down';

/**
 * A decimal text with no more digits after the point than `scale`, as Java's `BigDecimal.setScale`
 * makes it with the rounding mode of that name. A text that is no decimal stays as it is: the
 * conversion refuses it.
 */
export function rounded(text: string, scale: number, rounding: Rounding): string {
  const parts = decimalParts(text);
  if (parts === undefined || parts.scale <= scale) return text;
  const step = 10n ** BigInt(parts.scale - scale);
  // Both towards 0, and the rest with the sign of the number.
  const [kept, rest] = [parts.unscaled / step, parts.unscaled % step];
  const sign = parts.unscaled < 0n ? -1n : 1n;
  const isAway = roundsAway({ kept, twice: 2n * rest * sign, step }, rounding);
  return decimalText(isAway ? kept + sign : kept, scale);
}

function roundsAway(
  { kept, twice, step }: { kept: bigint; twice: bigint; step: bigint },
  rounding: Rounding,
): boolean {
  if (rounding === 'down' || twice < step) return false;
  return twice > step || rounding === 'half-up' || kept % 2n !== 0n;
}
