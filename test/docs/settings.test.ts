/** What is printed from the tables of settings: the page, and the JSON Schemas for editors. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { EXIT } from '../../codegen/context.js';
import { run } from '../../codegen/program.js';
import { ROOT } from '../architecture/imports.js';

const PRINTED: readonly (readonly [file: string, format: string])[] = [
  ['docs/settings.md', 'markdown'],
  ['docs/editor/tavro.schema.json', 'json-schema'],
  ['docs/editor/avsc.schema.json', 'avsc-json-schema'],
];

async function settings(...argv: string[]): Promise<string> {
  const lines: string[] = [];
  const exit = await run(['settings', ...argv], {
    out: (text) => lines.push(text),
    err: (text) => lines.push(text),
    env: {},
    signal: new AbortController().signal,
  });
  expect(exit).toBe(EXIT.clean);
  return `${lines.join('\n')}\n`;
}

it.each(PRINTED)('%s is as `tavro settings --format %s` prints it', async (file, format) => {
  const path = join(ROOT, file);
  const text = await settings('--format', format);
  if (process.env.TAVRO_GOLDEN === 'update') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else expect(readFileSync(path, 'utf8')).toBe(text);
});

it('lists an option a line', async () => {
  const lines = (await settings()).split('\n');
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^topics\.<topic>\.partitions +whole number from 1 to 10000 \(default 3\)$/,
    ),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^registry\.normalize +true or false/));
});

it('the page links to chapters and files that are there', () => {
  const page = readFileSync(join(ROOT, 'docs/settings.md'), 'utf8');
  const anchors = new Set(
    [...page.matchAll(/^## (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9_ -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  const targets = [...page.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)];
  const broken = targets.filter(([, file, anchor = '']) =>
    file === '' ? !anchors.has(anchor) : !isThere(file ?? ''),
  );
  expect(targets.length).toBeGreaterThan(10);
  expect(broken.map(([link]) => link)).toEqual([]);
});

function isThere(file: string): boolean {
  return readFileSync(join(ROOT, 'docs', file), 'utf8') !== '';
}

it('the package has the schemas under names of their own', () => {
  const { exports: entries, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of ['tavro.schema.json', 'avsc.schema.json'])
    expect(entries[`./${name}`]).toBe(`./docs/editor/${name}`);
  expect(files).toContain('docs');
});
