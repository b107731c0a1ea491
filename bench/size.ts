/**
 * `npm run bench:size`: what of us is in a bundle, beside avsc. `--write` puts the tables into README.md, whose bytes
 * tests hold the bundles to; `--gate` compares how many times smaller than avsc each is with size.ratios.json, and
 * exits 100 where one fell by more than a tenth; `--hold` stores that. `--quick` changes nothing: it is quick.
 */
import { join } from 'node:path';
import { printAims } from './report/aims.js';
import { holdRatios } from './report/held.js';
import { flag, readOptions } from './report/options.js';
import { publish } from './report/publish.js';
import { AIMS, measureBundles, printBytes, ratiosOf } from './size/table.js';

const { write, gate, hold } = readOptions({ write: flag, gate: flag, hold: flag, quick: flag });
const measured = await measureBundles();
publish('sizes', printAims(AIMS.map((aim) => aim(measured))), { write });
process.stdout.write('\n');
publish('bundles', printBytes(measured), { write });
holdRatios(ratiosOf(measured), {
  file: join(import.meta.dirname, 'size.ratios.json'),
  gate,
  hold,
});
