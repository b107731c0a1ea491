/** Which branch of a union data becomes, row by row. */
import { describe, expect, it } from '@jest/globals';
import { branchFor, mayMatch, plan } from '../../../runtime/schema/plan.js';
import { array, box, field, fixed, map, read, record, show, symbols } from './shown-plan.js';

describe('a plan of unions', () => {
  it.each<[string, unknown, unknown, string]>([
    ['the same', ['null', 'int'], ['null', 'int'], '(0:null|1:int)'],
    ['turned', ['null', 'int'], ['int', 'null'], '(1:null|0:int)'],
    ['with more branches', ['null', 'int'], ['string', 'null', 'int'], '(1:null|2:int)'],
    [
      'with fewer branches',
      ['null', 'int'],
      ['null'],
      '(0:null|!int fits no branch of union of null)',
    ],
    ['that became one type', ['int', 'null'], 'long', '(int>long|!null cannot be read as long)'],
    ['that one type became', 'int', ['null', 'int'], '1:int'],
    ['that one type is promoted into', 'int', ['null', 'double', 'long'], '1:int>double'],
    [
      'that one type does not fit',
      'boolean',
      ['null', 'int'],
      '!boolean fits no branch of union of null, int',
    ],
    ['of nothing', 'int', [], '!int fits no branch of union of nothing'],
    ['with the type itself behind one it promotes to', 'int', ['long', 'int'], '1:int'],
    [
      'alike but for what resolution passes over: each keeps its place',
      [box('a.R'), box('b.R')],
      [box('x.R'), box('y.R')],
      '(0:{a>0 int}|1:{a>0 int})',
    ],
    [
      'whose branches cannot all be read keep their place too',
      ['null', symbols('E', ['A'])],
      ['null', symbols('E', ['B'])],
      '(0:null|1:[-1])',
    ],
  ])('%s', (_, writer, reader, want) => {
    expect(show(plan(read(writer), read(reader)))).toBe(want);
  });
});

describe('the branch for a datum', () => {
  const needy = (name: string) => record(name, [field('a', 'int'), field('b', 'int')]);
  const two = (name: string, first: unknown, second: unknown) =>
    record(name, [field('a', first), field('b', second)]);

  it.each<[string, unknown, unknown[], number]>([
    ['is the type itself', 'long', ['null', 'double', 'long'], 2],
    ['is the first that it promotes to', 'int', ['string', 'float', 'long'], 1],
    ['is none', 'string', ['null', 'int'], -1],
    ['is any array, whatever it holds', array('int'), ['null', array('string')], 1],
    ['is any map, whatever it holds', map('int'), [array('int'), map('string')], 1],
    ['is the record of the full name', box('a.R'), [box('b.R'), box('a.R')], 1],
    [
      'is the record that has the name as alias',
      box('a.R'),
      [box('b.R'), box('a.S', { aliases: ['R'] })],
      1,
    ],
    ['is the first namesake that may read it', box('a.R'), [box('b.R'), box('c.R')], 0],
    ['is no namesake that lacks a default', box('a.R'), [needy('b.R'), box('c.R')], 1],
    ['is no record of another name', box('a.R'), [box('a.S')], -1],
    [
      'is no namesake with a field of another type',
      box('a.R'),
      [record('b.R', [field('a', 'string')])],
      -1,
    ],
    [
      'is a namesake with a field that promotes',
      box('a.R'),
      [record('b.R', [field('a', 'long')])],
      0,
    ],
    [
      'is no namesake with one field right and one wrong',
      two('a.R', 'int', 'int'),
      [two('b.R', 'int', 'string')],
      -1,
    ],
    [
      'is a namesake that has less',
      two('a.R', 'int', 'int'),
      [record('b.R', [field('b', 'int')])],
      0,
    ],
    [
      'is no namesake of which two fields mean one',
      two('a.R', 'int', 'int'),
      [record('b.R', [field('a', 'int', { aliases: ['b'], default: 0 })])],
      -1,
    ],
    [
      'is a namesake, whatever it passes over',
      record('a.R', [field('a', 'int'), field('b', 'int'), field('gone', 'string')]),
      [two('b.R', 'int', 'int')],
      0,
    ],
    ['is no enum of the same simple name', symbols('a.E', ['A']), [symbols('b.E', ['A'])], -1],
    ['is the enum of the full name', symbols('a.E', ['A']), [symbols('a.E', ['B'])], 0],
    ['is no fixed of the same simple name', fixed('a.F', 1), [fixed('b.F', 1)], -1],
    ['is the fixed of the full name, whatever its size', fixed('a.F', 1), [fixed('a.F', 2)], 0],
  ])('%s', (_, writer, branches, want) => {
    const union = read(branches);
    if (union.kind !== 'union') throw new Error(union.kind);
    expect(branchFor(read(writer), union)).toBe(want);
  });
});

describe('whether data may match, as far as kinds tell', () => {
  it.each<[unknown, unknown, boolean]>([
    ['int', 'int', true],
    ['int', 'long', true],
    ['long', 'int', false],
    ['null', 'string', false],
    [array('int'), array('string'), true],
    [box('R'), box('S'), true],
    [['null', 'int'], 'int', true],
    [['null', 'int'], 'string', false],
    ['int', ['null', 'long'], true],
    ['int', ['null', 'string'], false],
    [['string', 'int'], ['null', 'long'], true],
    [['boolean', 'int'], ['null', 'string'], false],
    [[], 'int', false],
    ['int', [], false],
  ])('%j as %j: %s', (writer, reader, want) => {
    expect(mayMatch(read(writer), read(reader))).toBe(want);
  });
});
