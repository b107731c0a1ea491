/** One edit may bring about thousands of findings: reports for people show a few and name the rest. */
import { afterEach, expect, it } from '@jest/globals';
import type { Finding } from '../../../codegen/check/finding.js';
import { FORMATS, type Format } from '../../../codegen/check/report/index.js';
import type { Rollout } from '../../../codegen/check/rollout.js';
import type { Json } from '../../../runtime/json.js';
import { SchemasFolder } from '../schemas-folder.js';

/** What GitHub takes in a comment. */
const MAX_COMMENT = 65_536;

function found(index: number, more: Partial<Finding> = {}): Finding {
  const at = { file: 'a.avsc', line: index + 1, column: 1 };
  return {
    ...{ rule: 'type-mismatch', category: 'WIRE', severity: 'error', subject: 's' },
    ...{ path: `f${index}`, at, message: `Wrong ${index}.`, fix: 'Keep it.' },
    ...more,
  };
}
const many = (count: number, of: (index: number) => Partial<Finding> = () => ({})): Finding[] =>
  Array.from({ length: count }, (_, index) => found(index, of(index)));

function report(format: Format, findings: readonly Finding[], rollouts: readonly Rollout[] = []) {
  return FORMATS[format]({
    ...{ findings, rollouts, waived: [], subjects: ['s'], color: false },
    sourceOf: () => undefined,
  });
}
/** The lines of a report that stand for findings that are not shown. */
const rest = (text: string): string[] =>
  text.split('\n').filter((line) => /and \d+ more|, …/.test(line));

it('shows three of one rule in one file, and names others', () => {
  const text = report('text', many(40));
  expect(text.match(/^error type-mismatch/gm)).toHaveLength(3);
  expect(text.split('\n\n')[2]).toBe(
    [
      'error type-mismatch WIRE  s  f2',
      '  Wrong 2.',
      '  a.avsc:3:1',
      '  fix: Keep it.',
      '  and 37 more fields: f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, …',
    ].join('\n'),
  );
  expect(report('github', many(40)).split('\n').slice(2)).toEqual([
    '::error file=a.avsc,line=3,col=1,title=tavro type-mismatch::s f2: Wrong 2.%0AFix: Keep it.%0Aand 37 more fields: f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, …',
  ]);
  expect(report('markdown', many(40)).split('\n').slice(-2)).toEqual([
    '| error | type-mismatch | s f2: Wrong 2. | a.avsc:3:1 | Keep it. |',
    '| error | type-mismatch | and 37 more fields: f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, … | | |',
  ]);
  for (const format of ['json', 'sarif', 'junit', 'gitlab'] as const)
    expect(report(format, many(40)).match(/Wrong 39/g)).not.toBeNull();
});

it.each<[string, Finding[], string[]]>([
  ['four are shown', many(4), []],
  [
    'a type of many subjects',
    many(9, (i) => ({ subject: `s${i}`, path: '' })),
    ['  and 6 more subjects: s3, s4, s5, s6, s7, s8'],
  ],
  [
    'fields of several subjects',
    many(5, (i) => ({ subject: `s${i}` })),
    ['  and 2 more places: s3 f3, s4 f4'],
  ],
  [
    'schemas without a subject',
    many(5, () => ({ subject: undefined, path: '' }) as never),
    ['  and 2 more places: a.avsc:4:1, a.avsc:5:1'],
  ],
  [
    'a rule in many files',
    many(14, (i) => ({ at: { file: `${i}.avsc`, line: 1, column: 1 } })),
    ['  and 4 more fields: f10, f11, f12, f13'],
  ],
  [
    'warnings apart from errors',
    many(8, (i) => ({ severity: i % 2 === 0 ? 'error' : 'warning' })),
    [],
  ],
  [
    'versions',
    many(9, (i) => ({ ...found(0), reader: 'v10', writer: `v${i}` })),
    ['  and 4 more pairs of versions'],
  ],
])('%s', (_, findings, expected) => expect(rest(report('text', findings))).toEqual(expected));

it('stays within bounds, errors first, and says how to see all', () => {
  const long = many(500, (i) => ({
    rule: `rule-${i}`,
    severity: i < 490 ? 'warning' : 'error',
    message: 'x'.repeat(500),
  }));
  for (const format of ['text', 'markdown', 'github'] as const) {
    const text = report(format, long);
    expect(text.length).toBeLessThan(MAX_COMMENT);
    expect(text.match(/rule-49\d\b/g)).toHaveLength(10);
    expect(text).toMatch(/and \d{3} more findings: tavro check --format json tells them all\./);
  }
});

it('tells rollouts that are alike as one', () => {
  const rollout = (subject: string, from = 'v1'): Rollout => ({
    ...{ subject, from, to: 'v2', order: 'any', steps: ['Go.'] },
  });
  const alike = Array.from({ length: 12 }, (_, i) => rollout(`s${i}`));
  const others = Array.from({ length: 12 }, (_, i) => rollout('t', `v${i + 2}`));
  const blocks = report('text', [], [...alike, ...others]).split('\n\n');
  expect(blocks).toHaveLength(12);
  expect(blocks[0]).toBe(
    'rollout of s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 2 more subjects from v1 to v2: any\n  1. Go.',
  );
  expect(blocks[10]).toBe('and 3 more rollouts: tavro plan tells them all.');
});

let folder: SchemasFolder | undefined;
afterEach(() => folder?.remove());

it('of 500 fields that changed is short, by check as by codegen', async () => {
  const record = (type: string): Json => ({
    type: 'record',
    name: 'acme.Wide',
    fields: Array.from({ length: 500 }, (_, i) => ({ name: `f${i}`, type })),
  });
  folder = await SchemasFolder.create({
    'wide.avsc': record('string'),
    'tavro.json': { topics: { wide: { value: 'acme.Wide', key: 'string' } } },
  });
  await folder.run('codegen');
  await folder.release();
  await folder.write('wide.avsc', record('long'));
  for (const command of ['check', 'codegen']) {
    const { code, out } = await folder.run(command);
    expect(code).toBe(100);
    expect(out.length).toBeLessThan(16_000);
    expect(rest(out)[0]).toMatch(/^ {2}and 497 more fields: f3, f4, /);
    expect(out).toMatch(/\n1 subject checked, 500 errors, 500 warnings\.$/);
  }
  const { out } = await folder.run('check', ['--format', 'json']);
  expect(JSON.parse(out).findings).toHaveLength(1_000);
});
