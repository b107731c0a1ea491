/** The public surface, one report per entry: a change of it shows in review. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { filesOf, ROOT } from '../architecture/imports.js';
import { readEntries } from './api-report.js';

const FOLDER = join(ROOT, 'docs/api');
const ENTRIES = readEntries();
const fileOf = (entry: string): string => `${entry.replace(/^tavro\//, '')}.txt`;

it.each(ENTRIES)('$name exports what its report says', ({ name, report }) => {
  const path = join(FOLDER, fileOf(name));
  if (process.env.TAVRO_GOLDEN === 'update') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, report);
  } else expect(report).toBe(readFileSync(path, 'utf8'));
});

it('keeps a report for each entry, and no other', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(ENTRIES.map(({ name }) => fileOf(name)).sort());
});

/** Imported as a whole, by generated code: their names stand behind `read.` and `write.`. */
const AS_A_WHOLE: readonly string[] = ['tavro/read', 'tavro/write'];

it('lets no name stand for two things', () => {
  const things = new Map<string, Map<string, string[]>>();
  const byName = ENTRIES.filter(({ name }) => !AS_A_WHOLE.includes(name));
  for (const { name: entry, exports } of byName)
    for (const [name, thing] of exports) {
      const same = things.get(name) ?? new Map<string, string[]>();
      things.set(name, same.set(thing, [...(same.get(thing) ?? []), entry]));
    }
  const twice = [...things].filter(([, same]) => same.size > 1);
  expect(twice.map(([name, same]) => [name, Object.fromEntries(same)])).toEqual([]);
});

it('exports for generated code only what the generator knows by name', () => {
  const generator = [...filesOf('codegen/emit'), 'codegen/model/logical.ts']
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
  const names = ENTRIES.find(({ name }) => name === 'tavro/generated-code')?.exports.keys() ?? [];
  const unknown = [...names].filter((name) => !generator.includes(`'${name}'`));
  expect(unknown).toEqual([]);
});
