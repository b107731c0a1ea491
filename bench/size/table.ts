/** The sizes of bundles as bench/README.md has them: printed, and read back as what bounds the next. */
import { withMarked } from '../report/marked.js';
import { BUNDLES, bundle, type Size } from './bundle.js';

/** A bundle may grow by this much before somebody has to look: an addition shows, a word does not. */
const SLACK = 1.05;

export async function printSizes(): Promise<string> {
  const rows: string[] = [];
  for (const { name, code } of Object.values(BUNDLES)) {
    const { minified, packed } = (await bundle(code)).size;
    rows.push(`| ${name} | ${minified} | ${packed} |`);
  }
  return ['| bundle | minified bytes | gzip bytes |', '|---|---|---|', ...rows].join('\n');
}

/** The page with another table between its markers. */
export function withSizes(page: string, table: string): string {
  return withMarked(page, 'bundles', table);
}

/** The most that a bundle may be: what the page says, and 5 % more. */
export function boundOf(page: string, name: string): Size {
  const row = page.split('\n').find((line) => line.startsWith(`| ${name} |`));
  const [minified, packed] = (row?.match(/\d+(?= \|)/g) ?? []).map(Number);
  if (minified === undefined || packed === undefined)
    throw new Error(`The page has no sizes of ${name}: run npm run bench:bundles.`);
  return { minified: Math.floor(minified * SLACK), packed: Math.floor(packed * SLACK) };
}
