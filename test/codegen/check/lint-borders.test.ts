/** Rules about one schema alone, on either side of where each begins to speak. */
import { describe, expect, it } from '@jest/globals';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import type { Finding } from '../../../codegen/check/finding.js';
import { lint } from '../../../codegen/check/lint.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';
import { as, E, field, fixed, R, record, symbols } from './small-schemas.js';

function said(rule: string, schema: Json): Finding[] {
  const parsed = parseSchema(JSON.stringify(schema), { role: 'history' }).schema;
  return lint(parsed, { rules: rulesOf(['LINT']) }).filter((one) => one.rule === rule);
}

const column = (schema: Json, text: string): number => JSON.stringify(schema).indexOf(text) + 1;
const named = (name: string): Json => record('R', [field(name, 'int')]);
const map = (values: Json): Json => ({ type: 'map', values });
const S = record('S', [field('x', 'int', { default: 1 })]);

describe('a rule', () => {
  it.each<[rule: string, schema: Json, speaks: boolean]>([
    ...['userId', 'user_id', '_id', '_userId', 'a', 'user_2', '_'].map(
      (name): [string, Json, boolean] => ['field-name-style', named(name), false],
    ),
    ...['UserId', 'USER', 'user_Id', 'userId_x', 'u_I', 'U_i', '_User'].map(
      (name): [string, Json, boolean] => ['field-name-style', named(name), true],
    ),
    ...['Order', 'ORDER', 'O', 'a_b.Order', 'Order2'].map((name): [string, Json, boolean] => [
      'type-name-style',
      fixed(name, 1),
      false,
    ]),
    ...['order', 'Order_Line', '_Order', 'A.order'].map((name): [string, Json, boolean] => [
      'type-name-style',
      fixed(name, 1),
      true,
    ]),
    ['type-name-style', 'int', false],
    ['doc-missing', E, true],
    ['doc-missing', symbols('E', ['A'], { doc: '' }), false],
    ['doc-missing', 'int', false],
    ['enum-default-missing', E, true],
    ['enum-default-missing', symbols('E', ['A'], { default: 'A' }), false],
    ['enum-default-missing', fixed('F', 1), false],
    ['nullable-without-default', R(['null', 'int']), true],
    ['nullable-without-default', R(['int', 'null']), true],
    ['nullable-without-default', R(['null', 'int'], { default: null }), false],
    ['nullable-without-default', R(['string', 'int']), false],
    ['nullable-without-default', R('null'), false],
    [
      'field-alias-of-sibling',
      record('R', [field('a', 'int'), field('b', 'int', { aliases: ['z', 'a'] })]),
      true,
    ],
    [
      'field-alias-of-sibling',
      record('R', [field('a', 'int', { aliases: ['a'] }), field('b', 'int')]),
      false,
    ],
    [
      'field-alias-of-sibling',
      record('R', [field('a', 'int', { aliases: ['c'] }), field('b', 'int')]),
      false,
    ],
    ['type-alias-of-sibling', R(fixed('F', 1, { aliases: ['R'] })), true],
    ['type-alias-of-sibling', R(fixed('F', 1, { aliases: ['F', 'G', 'G'] })), false],
    ['logical-type-ignored', as('int', 'no-such-type'), true],
    ['logical-type-ignored', as('string', 'date'), true],
    ['logical-type-ignored', { type: 'bytes', logicalType: 'decimal' }, true],
    ['logical-type-ignored', { type: 'int', logicalType: 5 }, true],
    ['logical-type-ignored', as('int', 'date'), false],
    ['logical-type-ignored', 'int', false],
    ['logical-type-ignored', ['null', 'int'], false],
    ['logical-type-misplaced', R('long', { logicalType: 'timestamp-millis' }), true],
    ['logical-type-misplaced', R(as('long', 'timestamp-millis')), false],
    ['default-invalid', R('int', { default: 'x' }), true],
    ['default-invalid', R('int', { default: 1 }), false],
    ['default-invalid', R('int'), false],
    ['default-not-first-branch', R(['int', 'string'], { default: 'x' }), true],
    ['default-not-first-branch', R(['int', 'string'], { default: 1 }), false],
    ['default-not-first-branch', R(['int', 'string']), false],
    ['default-not-first-branch', R('int', { default: 1 }), false],
    // Java reads another value there, which another rule says.
    ['default-not-first-branch', R([map('int'), 'null'], { default: null }), false],
    ['default-branch-in-java', R([map('int'), 'null'], { default: null }), true],
    ['default-branch-in-java', R(['null', map('int')], { default: null }), false],
    ['default-branch-in-java', R(['int', 'string'], { default: 'x' }), false],
    ['default-branch-in-java', R('int', { default: 1 }), false],
    ['name-outside-grammar', 'int', false],
    ['name-outside-grammar', record('a.B_1.größe', [field('日本', 'int')]), false],
    ['name-outside-grammar', symbols('E', ['A_1', '_']), false],
    // Nobody minds aliases of fields.
    ['name-outside-grammar', R('int', { aliases: ['x-1'] }), false],
    ['name-outside-grammar', fixed('a-1.F', 1), true],
    ['name-outside-grammar', fixed('a..F', 1), true],
    ['name-outside-grammar', fixed('F-1', 1), true],
    ['name-outside-grammar', fixed('F', 1, { aliases: ['a-1.G'] }), true],
    ['name-outside-grammar', R(symbols('E', ['1'])), true],
    ['name-outside-grammar', R([map(record('S', [field('a b', 'int')])), 'null']), true],
    ['avsc-refuses', 'int', false],
    ['avsc-refuses', R('int'), false],
    ['avsc-refuses', R(['int', 'string'], { default: 'x' }), true],
    ['default-key-unknown', R(S, { default: { x: 1, y: 2 } }), true],
    ['default-key-unknown', R(S, { default: { x: 1 } }), false],
    ['default-key-unknown', R(S, { default: {} }), false],
    ['default-key-unknown', R(map('int'), { default: { y: 1 } }), false],
    ['default-key-unknown', R([S, 'null'], { default: { S: { x: 1 } } }), true],
    ['default-key-unknown', R([S, 'null'], { default: { x: 1 } }), false],
  ])('%s of %j: %p', (rule, schema, speaks) => {
    expect(said(rule, schema).length > 0).toBe(speaks);
  });
});

it('lists names outside the grammar once each, the first at its place', () => {
  const names = ['a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6'].map((name) => field(name, 'int'));
  const schema = record('n-1.R', [...names, field('s', record('S', [field('a-1', 'int')]))]);
  const [finding, ...more] = said('name-outside-grammar', schema);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    message:
      'Java 1.12 and other libraries refuse this schema, whose names are outside Avro\'s grammar: namespace "n-1", field name "a-1", field name "a-2", field name "a-3", field name "a-4" and 2 more.',
    at: { line: 1, column: column(schema, '"n-1.R"') },
  });
});

describe('a rule advises', () => {
  const order = R(['int', 'null'], { default: null });
  const inner = R({ type: 'array', items: [map('int'), 'null'] }, { default: [null] });
  const twice = record('R', [
    field('a', fixed('F', 1, { aliases: ['Old'] })),
    field('b', fixed('G', 1, { aliases: ['Old'] })),
  ]);

  it.each<[what: string, rule: string, schema: Json, want: object]>([
    [
      'null first',
      'nullable-without-default',
      R(['int', 'null']),
      { edit: { kind: 'null-first' } },
    ],
    [
      'null first for a default',
      'default-not-first-branch',
      order,
      { fix: 'Put "null" first in the union.', edit: { kind: 'null-first' } },
    ],
    [
      'a type first by its name',
      'default-not-first-branch',
      R(['int', S], { default: { x: 1 } }),
      { fix: 'Put S first in the union.' },
    ],
    [
      'null first for Java',
      'default-branch-in-java',
      R([map('int'), 'null'], { default: null }),
      { fix: 'Put "null" first in the union.', edit: { kind: 'null-first' } },
    ],
    [
      'another order within a default',
      'default-branch-in-java',
      inner,
      { at: expect.objectContaining({ column: column(inner, 'null]}') }) },
    ],
    [
      'to take an alias from one of two',
      'type-alias-of-sibling',
      twice,
      {
        fix: 'Take the alias from one of the two types.',
        message: 'G and F both have the alias Old.',
        at: expect.objectContaining({ column: column(twice, '"G"') }),
      },
    ],
    [
      'what a misplaced logical type goes into',
      'logical-type-misplaced',
      R('long', { logicalType: 'timestamp-millis' }),
      { edit: expect.objectContaining({ kind: 'nest-logical-type' }) },
    ],
    [
      'where a default is wrong',
      'default-invalid',
      R('int', { default: 'X1' }),
      { at: expect.objectContaining({ column: column(R('int', { default: 'X1' }), '"X1"') }) },
    ],
    [
      'what a decimal lacks',
      'logical-type-ignored',
      { type: 'bytes', logicalType: 'decimal' },
      { message: 'A decimal needs a precision: a whole number of 1 or more.' },
    ],
    [
      'which logical type is misplaced',
      'logical-type-misplaced',
      R('long', { logicalType: 'timestamp-millis' }),
      { message: expect.stringContaining('"timestamp-millis" of f') },
    ],
    [
      'how data is not written',
      'default-key-unknown',
      R([S, 'null'], { default: { S: { x: 1 } } }),
      { fix: 'Write the value without {"S": …} around it.' },
    ],
  ])('%s', (_, rule, schema, want) => {
    expect(said(rule, schema)).toEqual([expect.objectContaining(want)]);
  });

  it.each<[what: string, rule: string, schema: Json]>([
    [
      'a branch that is not null',
      'default-not-first-branch',
      R(['int', 'string'], { default: 'x' }),
    ],
    ['a union within a default', 'default-branch-in-java', inner],
    [
      'a logical type that goes nowhere',
      'logical-type-misplaced',
      R(['int', 'string'], { logicalType: 'timestamp-millis' }),
    ],
  ])('nothing that is done without asking, of %s', (_, rule, schema) => {
    const [finding] = said(rule, schema);
    expect(finding).toBeDefined();
    expect(finding).not.toHaveProperty('edit');
  });

  it('the alias of another type as what it is', () => {
    const schema = R(fixed('F', 1, { aliases: ['R'] }));
    expect(said('type-alias-of-sibling', schema)).toEqual([
      expect.objectContaining({
        message: 'F has the alias R, which is another type of the schema.',
        fix: expect.not.stringContaining('one of the two'),
      }),
    ]);
  });
});
