/** Rules about pairs of schemas, on either side of where each begins to speak. */
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import {
  as,
  decimal,
  E,
  field,
  fixed,
  MILLIS,
  type More,
  R,
  record,
  said,
  symbols,
} from './small-schemas.js';

const LOCAL = as('long', 'local-timestamp-micros');

describe('a rule', () => {
  it.each<[rule: string, reader: Json, writer: Json, speaks: boolean]>([
    ['time-unit-changed', MILLIS, as('long', 'timestamp-micros'), true],
    ['time-unit-changed', as('long', 'local-timestamp-millis'), LOCAL, true],
    ['time-unit-changed', as('long', 'time-micros'), as('int', 'time-millis'), true],
    ['time-unit-changed', MILLIS, MILLIS, false],
    ['time-unit-changed', MILLIS, LOCAL, false],
    ['time-unit-changed', MILLIS, 'long', false],
    ['time-unit-changed', 'long', MILLIS, false],
    ['time-unit-changed', as('int', 'date'), as('int', 'time-millis'), false],
    ['logical-type-changed', MILLIS, LOCAL, true],
    ['logical-type-changed', as('int', 'date'), as('int', 'time-millis'), true],
    ['logical-type-changed', as('int', 'time-millis'), as('int', 'date'), true],
    ['logical-type-changed', as('bytes', 'big-decimal'), decimal(4, 2), true],
    ['logical-type-changed', MILLIS, as('long', 'timestamp-micros'), false],
    ['logical-type-changed', MILLIS, MILLIS, false],
    ['logical-type-changed', MILLIS, 'long', false],
    ['logical-type-changed', 'long', MILLIS, false],
    ['logical-type-one-sided', MILLIS, 'long', true],
    ['logical-type-one-sided', 'long', MILLIS, true],
    ['logical-type-one-sided', 'long', 'long', false],
    ['logical-type-one-sided', MILLIS, LOCAL, false],
    ['decimal-changed', decimal(4, 2), decimal(5, 2), true],
    ['decimal-changed', decimal(4, 2), decimal(4, 1), true],
    ['decimal-changed', decimal(4, 2), decimal(4, 2), false],
    ['decimal-changed', decimal(4, 2), as('bytes', 'big-decimal'), false],
    ['decimal-changed', as('bytes', 'big-decimal'), decimal(4, 2), false],
    ['decimal-changed', 'bytes', decimal(4, 2), false],
    ['decimal-changed', decimal(4, 2), 'bytes', false],
    // A type of the same name and another kind is no namesake.
    ['union-branch-missing', R(['null', fixed('b.E', 1)]), R(symbols('a.E', ['A'])), true],
    ['union-branch-namespace', R(['null', fixed('b.E', 1)]), R(symbols('a.E', ['A'])), false],
    ['union-branch-missing', R(['null', symbols('b.E', ['A'])]), R(symbols('a.E', ['A'])), false],
    ['lossy-promotion', 'float', 'int', true],
    ['lossy-promotion', 'float', 'long', true],
    ['lossy-promotion', 'double', 'long', true],
    ['lossy-promotion', 'double', 'int', false],
    ['lossy-promotion', 'double', 'float', false],
    ['lossy-promotion', 'long', 'int', false],
    ['lossy-promotion', 'bytes', 'string', false],
    ['bytes-as-string', 'string', 'bytes', true],
    ['bytes-as-string', 'bytes', 'string', false],
    ['bytes-as-string', 'long', 'int', false],
    ['fixed-size-mismatch', fixed('F', 1), fixed('F', 2), true],
    ['fixed-size-mismatch', fixed('F', 2), fixed('F', 2), false],
    ['enum-symbol-missing', symbols('E', ['A']), E, true],
    ['enum-symbol-missing', symbols('E', ['A'], { default: 'A' }), E, false],
    ['enum-symbol-missing', symbols('E', ['C', 'B', 'A']), E, false],
    ['enum-default-used', symbols('E', ['A'], { default: 'A' }), E, true],
    ['enum-default-used', symbols('E', ['A']), E, false],
    ['enum-default-used', symbols('E', ['B', 'A'], { default: 'A' }), E, false],
    ['enum-default-changed', { ...Object(E), default: 'A' }, { ...Object(E), default: 'B' }, true],
    ['enum-default-changed', { ...Object(E), default: 'A' }, { ...Object(E), default: 'A' }, false],
    ['enum-default-changed', { ...Object(E), default: 'A' }, E, false],
    ['enum-default-changed', E, { ...Object(E), default: 'A' }, false],
    ['source-enum-default-removed', E, { ...Object(E), default: 'A' }, true],
    [
      'source-enum-default-removed',
      { ...Object(E), default: 'B' },
      { ...Object(E), default: 'A' },
      false,
    ],
    ['source-enum-default-removed', { ...Object(E), default: 'B' }, E, false],
    ['source-enum-default-removed', E, E, false],
    ['source-symbol-added', symbols('E', ['A', 'B', 'C']), E, true],
    ['source-symbol-added', symbols('E', ['B', 'A']), E, false],
    ['source-symbol-added', symbols('E', ['A']), E, false],
    ['source-symbol-removed', symbols('E', ['A']), E, true],
    ['source-symbol-removed', symbols('E', ['A', 'B', 'C']), E, false],
    ['source-type-moved', symbols('b.E', ['A']), symbols('a.E', ['A']), true],
    ['source-type-moved', symbols('a.E', ['A']), symbols('a.E', ['A']), false],
    [
      'source-field-renamed',
      record('R', [field('b', 'int', { aliases: ['a'] })]),
      record('R', [field('a', 'int')]),
      true,
    ],
    [
      'source-field-renamed',
      record('R', [field('a', 'int', { aliases: ['b'] })]),
      record('R', [field('a', 'int')]),
      false,
    ],
    ['source-default-removed', R('int'), R('int', { default: 0 }), true],
    ['source-default-removed', R('int', { default: 1 }), R('int', { default: 0 }), false],
    ['source-default-removed', R('int', { default: 1 }), R('int'), false],
    ['source-default-removed', R('int'), R('int'), false],
    ['source-input-required', R('int'), record('R', []), true],
    ['source-input-required', R('int', { default: 0 }), record('R', []), false],
    ['source-int-to-long', R('long'), R('int'), true],
    ['source-int-to-long', R('int'), R('int'), false],
    ['source-int-to-long', R('double'), R('int'), false],
    ['source-int-to-long', R('string'), R('int'), false],
    ['source-field-retyped', R('string'), R('int'), true],
    ['source-field-retyped', R('long'), R('int'), false],
    ['source-field-retyped', R('double'), R('int'), false],
    ['source-field-retyped', R(['int', 'null']), R(['null', 'int']), false],
    ['source-root-retyped', 'string', 'int', true],
    ['source-root-retyped', 'double', 'int', false],
    ['source-root-retyped', E, 'int', true],
    ['source-root-retyped', 'int', E, true],
    ['source-root-retyped', symbols('b.F', ['A']), symbols('a.E', ['A']), false],
    ['field-default-unusable', R('int', { default: 'x' }), record('R', []), true],
    ['field-default-unusable', R('int', { default: 1 }), record('R', []), false],
    ['field-default-unusable', R('int'), record('R', []), false],
    ['default-changed', R('int', { default: 1 }), R('int', { default: 2 }), true],
    ['default-changed', R('long', { default: 1 }), R('int', { default: 2 }), true],
    ['default-changed', R('int', { default: 1 }), R('int', { default: 1 }), false],
    ['default-changed', R('int', { default: 1 }), R('int'), false],
    ['default-changed', R('int'), R('int', { default: 1 }), false],
    [
      'default-changed',
      R({ type: 'array', items: { type: 'map', values: 'int' } }, { default: [{ b: 1, a: 2 }] }),
      R({ type: 'array', items: { type: 'map', values: 'int' } }, { default: [{ a: 2, b: 1 }] }),
      false,
    ],
    [
      'default-changed',
      R({ type: 'array', items: 'int' }, { default: [1, 2] }),
      R({ type: 'array', items: 'int' }, { default: [2, 1] }),
      true,
    ],
  ])('%s of %j and %j: %p', (rule, reader, writer, speaks) => {
    expect(said(rule, reader, writer).length > 0).toBe(speaks);
  });
});

describe('a rule about renames', () => {
  const of = (name: string, more: More = {}): Json => record('R', [field(name, 'int', more)]);

  it.each<[rule: string, reader: Json, writer: Json, speaks: boolean]>([
    ['field-case-changed', of('userId', { default: 0 }), of('userid'), true],
    ['field-case-changed', of('userId', { default: 0 }), of('user_id'), false],
    ['field-case-changed', of('userId'), of('userid'), false],
    ['field-renamed', of('userId', { default: 0 }), of('user_id'), true],
    ['field-renamed', of('userId', { default: 0 }), of('userid'), false],
    ['field-renamed', of('userId'), of('user_id'), false],
    ['field-renamed', of('userId', { default: 'x' }), of('user_id'), false],
  ])('%s of %j and %j: %p', (rule, reader, writer, speaks) => {
    expect(said(rule, reader, writer).length > 0).toBe(speaks);
  });
});

describe('a rule about aliases of fields', () => {
  const x = record('a.R', [field('x', 'int')]);
  const y = (name: string, more: More = {}, fields: readonly Json[] = []): Json =>
    record(name, [field('y', 'int', { aliases: ['x'] }), ...fields], more);

  it.each<[what: string, rule: string, reader: Json, writer: Json, paths: readonly string[]]>([
    ['in the same record', 'field-alias-namespace', y('a.R'), x, []],
    [
      'in a record that has the name as alias',
      'field-alias-namespace',
      y('b.R', { aliases: ['a.R'] }),
      x,
      [],
    ],
    ['in another namespace', 'field-alias-namespace', y('b.R'), x, ['']],
    [
      'that nobody needs',
      'field-alias-namespace',
      y('b.R'),
      record('a.R', [field('y', 'int')]),
      [],
    ],
    [
      'of a field that is new to the data',
      'field-alias-namespace',
      record('b.R', [field('y', 'int', { default: 0 })]),
      x,
      [],
    ],
    ['that take another field', 'field-alias-taken', y('a.R', {}, [field('x', 'int')]), x, ['x']],
    [
      'that take another field, which has a default',
      'field-alias-taken',
      y('a.R', {}, [field('x', 'int', { default: 0 })]),
      x,
      [],
    ],
    [
      'that stand for two',
      'field-alias-ambiguous',
      record('R', [field('c', 'int', { aliases: ['a', 'b'] })]),
      record('R', [field('a', 'int'), field('b', 'int')]),
      [''],
    ],
  ])('%s: %s', (_, rule, reader, writer, paths) => {
    expect(said(rule, reader, writer).map(({ path }) => path)).toEqual(paths);
  });
});
