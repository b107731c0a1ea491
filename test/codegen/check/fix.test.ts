import { describe, expect, it } from '@jest/globals';
import { applyFix } from '../../../codegen/check/fix.js';
import type { Edit } from '../../../codegen/check/rule.js';
import type { TypePath } from '../../../codegen/model/misplaced-logical.js';

/** Applies an edit where `|` stands. */
function fixed(marked: string, edit: Edit): string | undefined {
  return applyFix(marked.replace('|', ''), marked.indexOf('|'), edit);
}

describe('a fix keeps the layout and the comments', () => {
  it.each<readonly [string, string, Edit, string]>([
    [
      'puts null first and adds the default',
      '{ "name": |"a", /* why */ "type": ["string", "null"] }',
      { kind: 'null-first' },
      '{ "name": "a", /* why */ "type": ["null","string"], "default": null }',
    ],
    [
      'adds the default alone where null is first',
      '{ "name": |"a", "type": ["null", "string"] }',
      { kind: 'null-first' },
      '{ "name": "a", "type": ["null", "string"], "default": null }',
    ],
    [
      'keeps a default that is there',
      '{ "name": |"a", "type": ["string", "null"], "default": null }',
      { kind: 'null-first' },
      '{ "name": "a", "type": ["null","string"], "default": null }',
    ],
    [
      'adds an alias to those that are there',
      '{ "name": |"a", "type": "int", "aliases": ["b"] }',
      { kind: 'add-alias', of: 'field', name: 'c' },
      '{ "name": "a", "type": "int", "aliases": ["b","c"] }',
    ],
  ])('%s', (_, marked, edit, expected) => {
    const text = fixed(marked, edit) ?? '';
    // jsonc-parser decides about blanks within what it writes.
    expect(text.replace(/\s+/g, '')).toBe(expected.replace(/\s+/g, ''));
    expect(text.includes('/* why */')).toBe(marked.includes('/* why */'));
  });

  it('moves null as it is written, and nothing else of the union', () => {
    const text = fixed(
      '{ "name": |"a", "type": [\n\t"long", // first\n\t{ "type": "null" }, { "type": "record", "name": "S", "fields": [\n\t\t{ "name": "x", "type": "long", "default": 9007199254740993 }\n\t] }\n] }',
      { kind: 'null-first' },
    );
    expect(text).toMatch(
      '"type": [\n\t{ "type": "null" }, "long", // first\n\t { "type": "record", "name": "S", "fields": [\n\t\t{ "name": "x", "type": "long", "default": 9007199254740993 }',
    );
  });

  it('adds null where the union lacks it', () => {
    expect(fixed('{"name": |"a", "type": ["int"], "default": null}', { kind: 'null-first' })).toBe(
      '{"name": "a", "type": ["null", "int"], "default": null}',
    );
  });

  it.each<readonly [string, string, TypePath, string]>([
    [
      'with its arguments',
      '{"name": |"a", "type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}',
      [],
      '{"name": "a", "type": {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}}',
    ],
    [
      'into the branch of a union, from before the type too',
      '{"logicalType": "date", "name": |"a", "type": ["null", "int"], /* why */ "default": null}',
      [1],
      '{"name": "a", "type": ["null", {"type": "int", "logicalType": "date"}], /* why */ "default": null}',
    ],
    [
      'into the items of an array, and keeps what these have',
      '{"name": |"a", "type": {"type": "array", "items": {"type": "int", "x": 1}}, "logicalType": "date"}',
      ['items'],
      '{"name": "a", "type": {"type": "array", "items": {"type": "int", "x": 1, "logicalType": "date"}}}',
    ],
    [
      'over several lines',
      '{\n  "name": |"a",\n  "type": "int", // days\n  "logicalType": "date"\n}',
      [],
      '{\n  "name": "a",\n  "type": {"type": "int", "logicalType": "date"} // days\n}',
    ],
    [
      'from among comments',
      '{"name": |"a", "type": "int", // days\n"logicalType": "date"}',
      [],
      '{"name": "a", "type": {"type": "int", "logicalType": "date"} // days\n}',
    ],
    [
      'from its own line, whose comment stays',
      '{\n  "name": |"a",\n  "logicalType": "date", // days\n  "type": "int"\n}',
      [],
      '{\n  "name": "a",\n  // days\n  "type": {"type": "int", "logicalType": "date"}\n}',
    ],
  ])('moves a logical type %s', (_, marked, into, expected) => {
    expect(fixed(marked, { kind: 'nest-logical-type', into })).toBe(expected);
  });

  it.each<readonly [string, string, Edit]>([
    [
      'an alias that is there',
      '{"name": |"a", "aliases": ["b"]}',
      { kind: 'add-alias', of: 'field', name: 'b' },
    ],
    ['a field that is no union', '{"name": |"a", "type": "int"}', { kind: 'null-first' }],
    ['no object', '["|a"]', { kind: 'null-first' }],
  ])('leaves %s', (_, marked, edit) => {
    expect(fixed(marked, edit)).toBeUndefined();
  });
});
