/**
 * The seed of every property test: the same on each run, so that a gate that was green stays green.
 * `TAVRO_SEED=7 npm test` draws others, `TAVRO_SEEDS=1-200 npm run test:seeds` many.
 */
const DEFAULT_SEED = 20_261_122;

/** What a variable of the environment says, as whole numbers that fast-check takes for seeds. */
function wholeNumber(name, text) {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 0x7fff_ffff)
    throw new Error(`${name} holds ${JSON.stringify(text)}: give whole numbers below 2^31.`);
  return number;
}

export const SEED = wholeNumber('TAVRO_SEED', process.env.TAVRO_SEED || String(DEFAULT_SEED));

/** The seeds of `1-200`, or of `7`. */
export function seedRange(text) {
  const [from = '', to = from] = text.split('-');
  const [first, last] = [wholeNumber('TAVRO_SEEDS', from), wholeNumber('TAVRO_SEEDS', to)];
  if (last < first) throw new Error(`TAVRO_SEEDS holds ${JSON.stringify(text)}: first, then last.`);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
