/** Each alarm has its section, which says when it goes off. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { failurePolicies } from '../../consumer/failure-policy.js';
import { ALARMS, type AlarmId } from '../../infra/index.js';
import { conditionOf, runbookOf } from '../../infra/watch/alarm-table.js';
import { ROOT } from '../architecture/imports.js';

const PAGE = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
// Safe: the keys of the table are the ids.
const IDS = Object.keys(ALARMS) as AlarmId[];

const SECTIONS = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading, lines.join('\n')];
    }),
);

it('has a section for each alarm, in their order, and no others', () => {
  expect([...SECTIONS.keys()].filter((heading) => heading !== 'What was never tried')).toEqual(IDS);
});

it.each(IDS)('says when it goes off: %s', (id) => {
  expect(SECTIONS.get(id)).toContain(`> ${conditionOf(id)}\n`);
  expect(`docs/runbook.md#${id}`).toBe(runbookOf(id));
});

it('asks a log for the policies that hold a partition', () => {
  const holding = Object.entries(failurePolicies).filter(
    ([, { holdsPartition }]) => holdsPartition,
  );
  const section = SECTIONS.get('partition-stopped');
  for (const [name] of holding) expect(section).toContain(`\`${name}\``);
  expect(section).toContain('{ $.policy = "fail" }');
});

it('names codes that errors have', () => {
  const errors = readFileSync(join(ROOT, 'consumer/errors.ts'), 'utf8');
  const rows = [...(SECTIONS.get('partition-stopped') ?? '').matchAll(/^\| (`[A-Z].*?) \|/gm)];
  const codes = rows.flatMap(([, cell = '']) => cell.split(', ').map((code) => code.slice(1, -1)));
  expect(codes.length).toBeGreaterThan(8);
  expect(codes.filter((code) => !errors.includes(`| '${code}' //`))).toEqual([]);
});

it('links to headings that there are', () => {
  const links = [...PAGE.matchAll(/\]\(([\w-]+\.md)?#([\w-]+)\)/g)];
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
  const missing = links.filter(([, file = 'runbook.md', anchor]) => {
    const text = readFileSync(join(ROOT, 'docs', file), 'utf8');
    return ![...text.matchAll(/^#+ (.*)$/gm)].some(([, heading = '']) => slug(heading) === anchor);
  });
  expect(missing.map(([link]) => link)).toEqual([]);
  expect(links.length).toBeGreaterThan(10);
});
