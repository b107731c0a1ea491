import { describe, expect, it } from '@jest/globals';
import {
  behind,
  behindAsWhole,
  concat,
  type Doc,
  either,
  enclosedList,
  forced,
  group,
  hardLine,
  indent,
  line,
  MAX_COLUMNS,
  print,
  textOf,
  widthOf,
} from '../../../codegen/emit/document.js';

const wide = (columns: number): string => 'x'.repeat(columns);
const call = (...given: Doc[]): Doc => enclosedList('f(', given, ')');

describe('a document', () => {
  it.each<[string, Doc, string]>([
    ['text alone', concat('a', 'b'), 'ab'],
    ['a group that fits', call('a', 'b'), 'f(a, b)'],
    [
      'a group that is as wide as a line',
      call(wide(MAX_COLUMNS - 'f()'.length)),
      `f(${wide(MAX_COLUMNS - 'f()'.length)})`,
    ],
    [
      'a group that fits but for what follows it',
      concat(call(wide(MAX_COLUMNS - 'f()'.length)), ';'),
      `f(\n  ${wide(MAX_COLUMNS - 'f()'.length)},\n);`,
    ],
    [
      'what follows as far as it can be broken',
      concat(call(wide(MAX_COLUMNS - 'f()'.length)), group(concat(line, 'y'))),
      `f(${wide(MAX_COLUMNS - 'f()'.length)})\ny`,
    ],
    [
      'an outer group before an inner one',
      call(call(wide(40)), wide(60)),
      `f(\n  f(${wide(40)}),\n  ${wide(60)},\n)`,
    ],
    ['a group that must be broken', call(concat(forced, 'a'), 'b'), 'f(\n  a,\n  b,\n)'],
    [
      'no space at the end of an empty line',
      indent('{', hardLine, 'a', hardLine, '}'),
      '{\n  a\n  }',
    ],
    [
      'the first way, where it starts on the line',
      either(call(wide(100)), 'y'),
      `f(\n  ${wide(100)},\n)`,
    ],
    [
      'the other way, where the first does not',
      concat(wide(99), either(call(wide(100)), concat(hardLine, 'y'))),
      `${wide(99)}\ny`,
    ],
    ['a value behind its head', behind('a =', call(wide(100))), `a = f(\n  ${wide(100)},\n)`],
    ['a value as a whole', behindAsWhole('a =', wide(98)), `a =\n  ${wide(98)}`],
  ])('prints %s', (_, doc, text) => {
    expect(print(doc)).toBe(text);
  });

  it('says how wide it is on one line, and its text there', () => {
    expect([widthOf(call('a', 'b')), textOf(call('a', 'b'))]).toEqual([7, 'f(a, b)']);
    expect(widthOf(call(concat(forced, 'a')))).toBe(Number.POSITIVE_INFINITY);
    expect(textOf(concat('a', hardLine, 'b'))).toBe('a\nb');
  });

  it('prints as deep as text can nest', () => {
    const DEPTH = 50_000;
    let doc: Doc = 'x';
    for (let i = 0; i < DEPTH; i++) doc = concat('(', group(indent(doc)), ')');
    expect(print(concat(doc, hardLine))).toHaveLength(2 * DEPTH + 2);
  });
});
