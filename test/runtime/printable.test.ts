import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable, visible } from '../../runtime/printable.js';
import { ALL_HOSTILE, HOSTILE, harmIn } from '../hostile-text.js';

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom(...Object.values(HOSTILE), '\n', '\u001b[1m', 'ä', '\u200d'))
    .map((all) => all.join('')),
);

describe('visible', () => {
  it.each([
    ['plain ASCII, größe, 日本, 👩‍👩‍👧', 'plain ASCII, größe, 日本, 👩‍👩‍👧'],
    ['a\nb\r\n\tc', 'a\\nb\\r\\n\\tc'],
    ['\u001b[31m\u0000\u009b\u007f', '\\u001b[31m\\u0000\\u009b\\u007f'],
    ['\u202e\u2028\ufeff', '\\u202e\\u2028\\ufeff'],
    ['\ud800 \u{e0041}', '\\ud800 \\udb40\\udc41'],
  ])('shows %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves JSON the same value, on one line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          fc.json().map((json) => JSON.parse(json)),
        ),
        (value) => {
          const json = visible(JSON.stringify(value));
          expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
          expect(harmIn(json, { commands: true })).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('printable', () => {
  it.each(Object.entries(HOSTILE))('makes harmless: %s', (_, text) => {
    expect(harmIn(printable(text))).toEqual([]);
    expect(harmIn(visible(text), { commands: true })).toEqual([]);
    expect(visible(text)).not.toContain('\n');
  });

  it.each([
    ['a\n  b\tc\r\nd', 'a\n  b\tc\nd'],
    ['::error::x\n  ::set-output::y', '\\u003a:error::x\n  \\u003a:set-output::y'],
    ['a ##[group]b ##vso[x]', 'a \\u0023#[group]b \\u0023#vso[x]'],
    ['a::b # c ## d [e]', 'a::b # c ## d [e]'],
  ])('prints %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves colours where they are asked for, and nothing else', () => {
    const text = '\u001b[1;31merror\u001b[39m \u001b[2J\u001b]0;title\u0007';
    expect(printable(text, { color: true })).toBe(
      '\u001b[1;31merror\u001b[39m \\u001b[2J\\u001b]0;title\\u0007',
    );
    expect(harmIn(printable(text))).toEqual([]);
  });

  it('leaves commands that are meant', () => {
    expect(printable('::error::a\u001b', { commands: true })).toBe('::error::a\\u001b');
  });

  it('is harmless for any text, and the same a second time', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = printable(text);
        expect(harmIn(once)).toEqual([]);
        expect(printable(once)).toBe(once);
        expect(visible(visible(text))).toBe(visible(text));
      }),
      { numRuns: 1_000, examples: [[ALL_HOSTILE]] },
    );
  });
});
