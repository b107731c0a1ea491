/** What rules about pairs of schemas advise, and where they point. */
import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../../codegen/check/finding.js';
import type { Json } from '../../../runtime/json.js';
import { decimal, E, field, fixed, MILLIS, R, record, said, symbols } from './small-schemas.js';

describe('a rule advises', () => {
  const alias = (name: string) => ({ kind: 'add-alias', of: 'type', name });

  it.each<[what: string, rule: string, reader: Json, writer: Json, want: Partial<Finding>]>([
    [
      'to keep null',
      'type-mismatch',
      R('int'),
      R(['null', 'int']),
      { fix: expect.stringMatching(/^Keep "null"/) as never },
    ],
    [
      'to keep long',
      'type-mismatch',
      R('int'),
      R('long'),
      { fix: expect.stringMatching(/^Keep long/) as never },
    ],
    [
      'the alias of a name in other letters',
      'name-mismatch',
      fixed('n.order_id', 1),
      fixed('n.OrderId', 1),
      { fix: 'Add "aliases": ["n.OrderId"] to n.order_id.', edit: alias('n.OrderId') as never },
    ],
    [
      'an alias with a dot for a name without a namespace',
      'name-mismatch',
      fixed('n.G', 1),
      fixed('F', 1),
      { fix: 'Add "aliases": [".F"] to n.G.' },
    ],
    [
      'an alias without a dot where neither has a namespace',
      'name-mismatch',
      fixed('G', 1),
      fixed('F', 1),
      { fix: 'Add "aliases": ["F"] to G.' },
    ],
    [
      'by the numbers of a decimal',
      'decimal-changed',
      R(decimal(4, 2)),
      R(decimal(5, 1)),
      { message: "The writer's decimal(5, 1) is read as decimal(4, 2)." },
    ],
    [
      'which side has no logical type: the reader',
      'logical-type-one-sided',
      R('long'),
      R(MILLIS),
      { message: "The writer's timestamp-millis is a plain long to the reader." },
    ],
    [
      'which side has no logical type: the writer',
      'logical-type-one-sided',
      R(MILLIS),
      R('long'),
      { message: "The writer's plain long is timestamp-millis to the reader." },
    ],
    [
      'to change imports, and an alias',
      'source-type-moved',
      symbols('b.E', ['A']),
      symbols('a.E', ['A']),
      {
        fix: 'Change the imports, and add "aliases": ["a.E"] to b.E.',
        message: 'The enum a.E moves to b.E.',
      },
    ],
    [
      'to keep one symbol',
      'enum-symbol-missing',
      symbols('E', ['A']),
      E,
      { fix: expect.stringMatching(/^Keep the symbol, .* "default": "A"/) as never },
    ],
    [
      'to keep symbols, or a default that is none yet',
      'enum-symbol-missing',
      symbols('E', []),
      E,
      { fix: expect.stringMatching(/^Keep the symbols, .* "default": "UNKNOWN"/) as never },
    ],
    [
      'the alias of the only branch that it may be',
      'union-branch-missing',
      R(['null', fixed('n.G', 1)]),
      R(fixed('n.F', 1)),
      { fix: 'Keep the branch, or, if it is n.G now, add "aliases": ["n.F"] to that.' },
    ],
    [
      'the alias of a namesake in a union',
      'union-branch-namespace',
      R(['null', symbols('b.E', ['A'])]),
      R(symbols('a.E', ['A'])),
      { fix: 'Add "aliases": ["a.E"] to enum b.E.', edit: alias('a.E') as never },
    ],
    [
      'null as default',
      'field-default-missing',
      R(['null', 'int']),
      record('R', []),
      { fix: 'Add "default": null.', edit: { kind: 'null-first' } },
    ],
    [
      'null as first branch and default',
      'field-default-missing',
      R(['int', 'null']),
      record('R', []),
      {
        fix: 'Add "default": null and put "null" first in the union.',
        edit: { kind: 'null-first' },
      },
    ],
    [
      'an alias for all of a record of another namespace',
      'field-alias-namespace',
      record('b.R', [field('y', 'int', { aliases: ['x'] })]),
      record('a.R', [field('x', 'int')]),
      { fix: 'Add "aliases": ["a.R"] to b.R.', edit: alias('a.R') as never },
    ],
  ])('%s', (_, rule, reader, writer, want) => {
    expect(said(rule, reader, writer)).toEqual([expect.objectContaining(want)]);
  });

  it.each<[what: string, rule: string, reader: Json, writer: Json]>([
    ['a type with another word as name', 'name-mismatch', fixed('Sale', 1), fixed('Order', 1)],
    [
      'one of two namesakes',
      'union-branch-namespace',
      R(['null', symbols('b.E', ['A']), symbols('c.E', ['A'])]),
      R(symbols('a.E', ['A'])),
    ],
    ['a field that may not be null', 'field-default-missing', R('int'), record('R', [])],
    [
      'a field that may have been another',
      'field-default-missing',
      record('R', [field('total', ['null', 'int'])]),
      record('R', [field('totals', ['null', 'int'])]),
    ],
  ])('nothing that is done without asking, of %s', (_, rule, reader, writer) => {
    const [finding, ...more] = said(rule, reader, writer);
    expect(more).toEqual([]);
    expect(finding).toBeDefined();
    expect(finding).not.toHaveProperty('edit');
  });

  it.each<[what: string, reader: Json, writer: Json]>([
    ['two branches of the kind', R(['null', fixed('G', 1), fixed('H', 1)]), R(fixed('F', 1))],
    ['none of the kind', R(['null', E]), R(fixed('F', 1))],
    ['a type without a name', R(['null', E]), R('int')],
  ])('no alias in a union with %s', (_, reader, writer) => {
    const [finding] = said('union-branch-missing', reader, writer);
    expect(finding?.fix).not.toContain('aliases');
  });

  it.each<[reader: Json, writer: Json]>([
    ['boolean', 'int'],
    ['int', 'string'],
    ['string', 'long'],
  ])('nothing about null or long where %s cannot read %s', (reader, writer) => {
    const [finding] = said('type-mismatch', reader, writer);
    expect(finding?.fix).toEqual(expect.not.stringMatching(/^Keep ("null"|long)/));
  });

  it('no alias for a move that has one', () => {
    const reader = symbols('b.F', ['A'], { aliases: ['a.E'] });
    expect(said('source-type-moved', reader, symbols('a.E', ['A']))).toEqual([
      expect.objectContaining({
        message: 'The enum a.E is renamed to b.F.',
        fix: expect.not.stringContaining('aliases'),
      }),
    ]);
  });
});

describe('where a rule points', () => {
  const column = (json: Json, text: string): number => JSON.stringify(json).indexOf(text) + 1;

  it.each<[rule: string, reader: Json, writer: Json, at: 'readerAt' | 'writerAt', text: string]>([
    [
      'enum-symbol-missing',
      symbols('E', ['A']),
      symbols('E', ['A', 'X1', 'X2']),
      'writerAt',
      '"X1"',
    ],
    [
      'enum-default-used',
      symbols('E', ['A'], { default: 'A' }),
      symbols('E', ['A', 'X1']),
      'writerAt',
      '"X1"',
    ],
    ['source-symbol-added', symbols('E', ['A', 'X1']), symbols('E', ['A']), 'readerAt', '"X1"'],
    ['field-default-unusable', R('int', { default: 'X1' }), record('R', []), 'readerAt', '"X1"'],
    ['default-changed', R('int', { default: 71 }), R('int', { default: 72 }), 'readerAt', '71'],
    ['default-changed', R('int', { default: 71 }), R('int', { default: 72 }), 'writerAt', '72'],
    [
      'field-alias-ambiguous',
      record('R', [field('b', 'int', { default: 0 }), field('X1', 'int', { aliases: ['a', 'c'] })]),
      record('R', [field('a', 'int'), field('c', 'int')]),
      'readerAt',
      '"X1"',
    ],
  ])('%s (%#)', (rule, reader, writer, at, text) => {
    const [finding] = said(rule, reader, writer);
    expect(finding?.[at]?.column).toBe(column(at === 'readerAt' ? reader : writer, text));
  });
});
