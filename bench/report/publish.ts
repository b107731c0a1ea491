/** What a benchmark found: on the screen and, with `--write`, between its markers in README.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withMarked } from './marked.js';

const PAGE = join(import.meta.dirname, '..', 'README.md');

export function publish(name: string, text: string, options: { readonly write: boolean }): void {
  process.stdout.write(`${text}\n`);
  if (options.write) writeFileSync(PAGE, withMarked(readFileSync(PAGE, 'utf8'), name, text));
}
