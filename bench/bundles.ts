/** `npm run bench:bundles`: measures the bundles whose size is held, and writes their table into README.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSizes, withSizes } from './size/table.js';

const PAGE = join(import.meta.dirname, 'README.md');
const table = await printSizes();
writeFileSync(PAGE, withSizes(readFileSync(PAGE, 'utf8'), table));
process.stdout.write(`${table}\n`);
