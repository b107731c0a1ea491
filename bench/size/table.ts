/** The sizes of bundles as bench/README.md has them: printed, and read back as what bounds the next. */
import { printTable } from '../codec/report.js';
import type { Aim } from '../report/aims.js';
import type { Ratios } from '../report/held.js';
import { BUNDLES, type BundleName, bundle, type Size } from './bundle.js';

/** A bundle may grow by this much before somebody has to look: an addition shows, a word does not. */
const SLACK = 1.05;

export type Measured = Readonly<Record<BundleName, Size>>;

export async function measureBundles(): Promise<Measured> {
  const entries = Object.entries(BUNDLES).map(async ([name, { code, ...how }]) => {
    const { size, start } = await bundle(code, how);
    return [name, how.counts === 'start' ? start : size] as const;
  });
  // Safe: one entry for each.
  return Object.fromEntries(await Promise.all(entries)) as Measured;
}

export function printBytes(measured: Measured): string {
  const rows = Object.entries(BUNDLES).map(([key, { name }]) => {
    // Safe: both have the same keys.
    const { minified, packed } = measured[key as BundleName];
    return [name, String(minified), String(packed)];
  });
  return printTable([['bundle', 'minified bytes', 'gzip bytes'], ...rows], 1).join('\n');
}

/** A codec for UserClick by hand with the same checks, as it was measured once. */
const BY_HAND_KIB = 9;

const row =
  (of: BundleName, most: number, limit?: number) =>
  (measured: Measured): Aim => ({
    what: BUNDLES[of].name,
    unit: 'minified KiB',
    now: kib(measured[of]),
    peer: kib(measured.avsc),
    limit,
    aim: { most },
  });

export const AIMS: readonly ((measured: Measured) => Aim)[] = [
  row('codec', 17, BY_HAND_KIB),
  row('decoding', 13),
  row('consumerStart', 31),
  row('consumer', 31),
  row('sampleStart', 62),
  row('sample', 62),
];

/** How many times smaller than avsc each is. */
export function ratiosOf({ avsc, ...ours }: Measured): Ratios {
  return Object.fromEntries(
    Object.entries(ours).map(([name, { minified }]) => [name, avsc.minified / minified]),
  );
}

/** The most that a bundle may be: what the page says, and 5 % more. */
export function boundOf(page: string, name: string): Size {
  const line = page.split('\n').find((row) => row.split('|')[1]?.trim() === name);
  const [minified, packed] = (line?.match(/\d+(?= \|)/g) ?? []).map(Number);
  if (minified === undefined || packed === undefined)
    throw new Error(`The page has no sizes of ${name}: run npm run bench:size -- --write.`);
  return { minified: Math.floor(minified * SLACK), packed: Math.floor(packed * SLACK) };
}

function kib({ minified }: Size): number {
  return minified / 1_024;
}
