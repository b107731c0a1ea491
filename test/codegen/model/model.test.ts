import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { MAX_FILE_BYTES, MAX_JSON_DEPTH } from '../../../codegen/model/limits.js';
import { type ParseOptions, parseFiles } from '../../../codegen/model/parse.js';
import { parseSchema, SchemaError } from '../../../codegen/model/parse-schema.js';
import { type Problem, printProblem } from '../../../codegen/model/problem.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { isObject, parseJson } from '../../../runtime/json.js';

/** `file:line:column code`, in the order reported. */
function problemsOf(
  files: Readonly<Record<string, string>>,
  options: ParseOptions & { severity?: Problem['severity'] } = {},
): string[] {
  const { severity = 'error', ...rest } = options;
  const sources = Object.entries(files).map(([name, text]) => new SourceText(name, text));
  return parseFiles(sources, rest)
    .problems.list.filter((problem) => problem.severity === severity)
    .map(({ at, code }) => `${at.file}:${at.line}:${at.column} ${code}`);
}

const one = (text: string, options: ParseOptions & { severity?: Problem['severity'] } = {}) =>
  problemsOf({ a: text }, options);

/** A record with these fields, the first of them starting at column 40. */
const record = (fields: string): string => `{"type":"record","name":"R","fields":[${fields}]}`;
const AT = record('').length - 1;

describe('what is wrong with a schema', () => {
  it.each<[string, string, string]>([
    ['no JSON', '{"type":\n  int}', 'a:2:3 JSON_SYNTAX'],
    ['nothing', '', 'a:1:1 JSON_SYNTAX'],
    ['more after the schema', '"int" "int"', 'a:1:7 JSON_SYNTAX'],
    ['a comma too many', '{"type":"int",}', 'a:1:14 JSON_SYNTAX'],
    ['no type', '{"name":"R"}', 'a:1:1 TYPE_MISSING'],
    ['a type that is a number', '{"type":5}', 'a:1:9 TYPE_INVALID'],
    ['a type in a type', '{"type":{"type":"int"}}', 'a:1:9 TYPE_INVALID'],
    ['an unknown type', '\n  "com.acme.Missing"', 'a:2:3 TYPE_UNKNOWN'],
    ['no name', '{"type":"fixed","size":1}', 'a:1:1 NAME_MISSING'],
    ['a bad name', '{"type":"fixed","name":"a-b","size":1}', 'a:1:24 NAME_INVALID'],
    ['a primitive name', '{"type":"fixed","name":"int","size":1}', 'a:1:24 NAME_INVALID'],
    [
      'a bad namespace',
      '{"type":"fixed","name":"F","namespace":"a.1","size":1}',
      'a:1:24 NAME_INVALID',
    ],
    [
      'a bad alias',
      '{"type":"fixed","name":"F","aliases":["a-b"],"size":1}',
      'a:1:39 NAME_INVALID',
    ],
    [
      'aliases that are no list',
      '{"type":"fixed","name":"F","aliases":"x","size":1}',
      'a:1:38 ALIAS_INVALID',
    ],
    [
      'a name defined twice',
      '{"type":"record","name":"R","fields":[{"name":"x","type":{"type":"fixed","name":"R","size":1}}]}',
      `a:1:${AT + 42} NAME_REDEFINED`,
    ],
    ['no fields', '{"type":"record","name":"R"}', 'a:1:1 FIELDS_MISSING'],
    ['a field that is no object', record('"x"'), `a:1:${AT} FIELD_INVALID`],
    ['a field without a type', record('{"name":"x"}'), `a:1:${AT} TYPE_MISSING`],
    [
      'a field twice',
      record('{"name":"x","type":"int"},{"name":"x","type":"int"}'),
      `a:1:${AT + 34} FIELD_DUPLICATE`,
    ],
    [
      'an unknown order',
      record('{"name":"x","type":"int","order":"up"}'),
      `a:1:${AT + 33} ORDER_INVALID`,
    ],
    ['no symbols', '{"type":"enum","name":"E"}', 'a:1:1 SYMBOLS_MISSING'],
    ['a bad symbol', '{"type":"enum","name":"E","symbols":["a b"]}', 'a:1:38 NAME_INVALID'],
    [
      'a symbol that is no string',
      '{"type":"enum","name":"E","symbols":[1]}',
      'a:1:38 SYMBOL_INVALID',
    ],
    ['a symbol twice', '{"type":"enum","name":"E","symbols":["a","a"]}', 'a:1:42 SYMBOL_DUPLICATE'],
    [
      'a default that is no symbol',
      '{"type":"enum","name":"E","symbols":["a"],"default":"b"}',
      'a:1:53 ENUM_DEFAULT_INVALID',
    ],
    ['no size', '{"type":"fixed","name":"F"}', 'a:1:1 SIZE_INVALID'],
    ['a negative size', '{"type":"fixed","name":"F","size":-1}', 'a:1:35 SIZE_INVALID'],
    ['no items', '{"type":"array"}', 'a:1:1 ITEMS_MISSING'],
    ['a union in a union', '["null",["int"]]', 'a:1:9 UNION_NESTED'],
    ['a branch twice', '["int","null","int"]', 'a:1:15 UNION_DUPLICATE'],
    [
      'a default of another type',
      record('{"name":"x","type":"int","default":"1"}'),
      `a:1:${AT + 35} DEFAULT_INVALID`,
    ],
    [
      'null as text',
      record('{"name":"x","type":["null","int"],"default":"null"}'),
      `a:1:${AT + 44} DEFAULT_INVALID`,
    ],
    [
      'a fraction for an int',
      record('{"name":"x","type":"int","default":1.0}'),
      `a:1:${AT + 35} DEFAULT_INVALID`,
    ],
    [
      'a long beyond 64 bits',
      record('{"name":"x","type":"long","default":9223372036854775808}'),
      `a:1:${AT + 36} DEFAULT_INVALID`,
    ],
  ])('%s', (_, text, expected) => {
    expect(one(text)).toEqual([expected]);
  });

  it('reports all problems of all files at once', () => {
    const files = {
      'b.avsc': record(
        '{"name":"x","type":"B"},{"name":"y","type":"C"},{"name":"z","type":["int","int"]}',
      ),
      'c.avsc': '{"type":"enum","name":"E","symbols":["a","a","1"]}',
      'd.avsc': '{',
    };
    expect(problemsOf(files).map((line) => line.split(' ')[1])).toEqual([
      'JSON_SYNTAX',
      'TYPE_UNKNOWN',
      'TYPE_UNKNOWN',
      'UNION_DUPLICATE',
      'SYMBOL_DUPLICATE',
      'NAME_INVALID',
    ]);
  });

  it('says what to do', () => {
    const given = (text: string) => {
      try {
        return parseSchema(text).warnings.map(printProblem);
      } catch (error) {
        return error instanceof SchemaError ? error.problems.map(printProblem) : [error];
      }
    };
    const similar = '[{"type":"fixed","name":"com.acme.Hash","size":1}, "Hash"]';
    expect(given(similar)).toEqual([
      'schema.avsc:1:52: error TYPE_UNKNOWN: Nothing defines the type Hash.\n    fix: Did you mean com.acme.Hash?',
    ]);
    expect(given(similar.replace('"Hash"]', '"com.acme.Hasch"]'))[0]).toMatch(
      /fix: Did you mean com\.acme\.Hash\?$/,
    );
    expect(given(record('{"name":"x","type":"array","items":"int"}'))[0]).toMatch(
      /TYPE_UNKNOWN.*\n {4}fix: Put it one level deeper: "type": \{"type": "array", …\}\.$/,
    );
  });

  it('points at lines and columns behind a byte order mark, comments and other line ends', () => {
    expect(one('\uFEFF{"type":5}')).toEqual(['a:1:9 TYPE_INVALID']);
    expect(one('// one\r\n/* two\r\n three */ {"type":5}')).toEqual(['a:3:19 TYPE_INVALID']);
  });
});

describe('what deserves a look', () => {
  const warnings = (text: string) => one(text, { severity: 'warning' });

  it('is a logical type beside the field’s type, as in many tutorials', () => {
    const text = `{
  "type": "record",
  "name": "UserClick",
  "fields": [
    {"name": "timestamp", "type": "long", "logicalType": "timestamp-millis"}
  ]
}`;
    const { problems } = parseFiles([new SourceText('user_click.avsc', text)]);
    expect(problems.list.map(printProblem)).toEqual([
      'user_click.avsc:5:43: warning LOGICAL_MISPLACED: Avro ignores "logicalType" here: it stands beside the field\'s type, not in it.\n' +
        '    fix: Write "type": {"type": "long", "logicalType": "timestamp-millis"}.',
    ]);
  });

  it.each<[string, string, string]>([
    ['an unknown logical type', '{"type":"int","logicalType":"age"}', 'a:1:15 LOGICAL_UNKNOWN'],
    ['one on the wrong base', '{"type":"string","logicalType":"date"}', 'a:1:18 LOGICAL_INVALID'],
    [
      'a decimal without precision',
      '{"type":"bytes","logicalType":"decimal"}',
      'a:1:17 LOGICAL_INVALID',
    ],
    [
      'a scale over the precision',
      '{"type":"bytes","logicalType":"decimal","precision":1,"scale":2}',
      'a:1:17 LOGICAL_INVALID',
    ],
    [
      'more digits than bytes',
      '{"type":"fixed","name":"F","size":1,"logicalType":"decimal","precision":3}',
      'a:1:37 LOGICAL_INVALID',
    ],
    ['a key twice', '{"type":"int","type":"int"}', 'a:1:15 JSON_DUPLICATE_KEY'],
    [
      'a default that cannot be encoded',
      record('{"name":"x","type":"bytes","default":"\\u0100"}'),
      `a:1:${AT + 37} DEFAULT_UNUSABLE`,
    ],
    [
      'an enum default that is no string',
      '{"type":"enum","name":"E","symbols":["a"],"default":null}',
      'a:1:53 ENUM_DEFAULT_INVALID',
    ],
  ])('%s', (_, text, expected) => {
    expect(one(text)).toEqual([]);
    expect(warnings(text)).toEqual([expected]);
  });

  it('is two files that define a name differently; alike they are one type', () => {
    const file = (size: number) => `{"type":"fixed","name":"F","size":${size}}`;
    expect(problemsOf({ a: file(1), b: file(2) }, { severity: 'warning' })).toEqual([
      'b:1:24 NAME_VARIANTS',
    ]);
    const same = parseFiles([new SourceText('a', file(1)), new SourceText('b', file(1))]);
    expect(same.problems.list).toEqual([]);
    expect(same.types.map(({ name }) => name)).toEqual(['F']);
  });
});

describe('history', () => {
  const bad = record('{"name":"x-y","type":"int","default":"no"}');

  it('is taken as it was accepted once; a candidate is not', () => {
    expect(one(bad)).toHaveLength(2);
    expect(one(bad, { role: 'history' })).toEqual([]);
    expect(one(bad, { role: 'history', severity: 'warning' })).toEqual([
      `a:1:${AT + 8} NAME_INVALID`,
      `a:1:${AT + 37} DEFAULT_INVALID`,
    ]);
  });

  it('is no excuse for what cannot be read at all', () => {
    expect(one(record('{"name":"x","type":"Missing"}'), { role: 'history' })).toHaveLength(1);
  });
});

describe('defaults of unions', () => {
  const text = record('{"name":"x","type":["null","int"],"default":5}');

  it('may be of any branch, as from Avro 1.12 on', () => {
    expect(one(text)).toEqual([]);
  });

  it('must be of the first branch where the project says so', () => {
    expect(one(text, { unionDefault: 'first' })).toEqual([`a:1:${AT + 44} DEFAULT_INVALID`]);
  });
});

describe('files', () => {
  const a = '{"type":"record","name":"x.A","fields":[{"name":"b","type":["null","y.B"]}]}';
  const b =
    '{"type":"record","name":"y.B","fields":[{"name":"a","type":{"type":"array","items":"x.A"}}]}';

  it.each([
    ['in one order', { a, b }],
    ['in the other', { b, a }],
  ])('refer to each other in circles, %s', (_, files: Record<string, string>) => {
    expect(problemsOf(files)).toEqual([]);
    const { types } = parseFiles(
      Object.entries(files).map(([name, text]) => new SourceText(name, text)),
    );
    const [first, second] = types;
    expect([first?.name, second?.name]).toEqual(['x.A', 'y.B']);
    expect(first).toMatchObject({ fields: [{ type: { branches: [{ kind: 'null' }, second] } }] });
  });

  it('take a bare name from their namespace, then from the null namespace', () => {
    const user = '{"type":"record","name":"x.U","fields":[{"name":"f","type":"F"}]}';
    const outer = '{"type":"fixed","name":"F","size":1}';
    const inner = '{"type":"fixed","name":"x.F","size":2}';
    const sizeOf = (...texts: string[]) => {
      const { files } = parseFiles(texts.map((text, i) => new SourceText(String(i), text)));
      const root = files[0]?.root;
      const type = root?.kind === 'record' ? root.fields[0]?.type : undefined;
      return type?.kind === 'fixed' ? type.size : undefined;
    };
    expect(sizeOf(user, outer)).toBe(1);
    expect(sizeOf(user, outer, inner)).toBe(2);
  });

  it('have defaults within defaults that stay small enough to be written out', () => {
    const level = (i: number): string =>
      i === 0
        ? '{"type":"record","name":"R0","fields":[{"name":"x","type":"int","default":0}]}'
        : `{"type":"record","name":"R${i}","fields":[{"name":"a","type":${level(i - 1)},"default":{}},{"name":"b","type":"R${i - 1}","default":{}}]}`;
    expect(one(level(12))).toEqual([]);
    // Each level doubles what a default stands for.
    expect(one(level(13)).map((problem) => problem.split(' ')[1])).toEqual([
      'DEFAULT_TOO_LARGE',
      'DEFAULT_TOO_LARGE',
    ]);
    expect(one(level(40), { role: 'history' })).toEqual([]);
    const nullable = '{"name":"next","type":["null","R"],"default":null}';
    expect(one(record(`${nullable},${nullable.replace('next', 'other')}`))).toEqual([]);
  });

  it('have limits', () => {
    const deep = `${'['.repeat(MAX_JSON_DEPTH + 1)}${']'.repeat(MAX_JSON_DEPTH + 1)}`;
    expect(one(deep)).toEqual(['a:1:1 TOO_DEEP']);
    expect(one(`"${'x'.repeat(MAX_FILE_BYTES)}"`)).toEqual(['a:1:1 FILE_TOO_LARGE']);
    // Brackets in strings and comments nest nothing.
    const flat = `/* ${'['.repeat(1000)} */ {"type":"int","doc":"${'{'.repeat(1000)}\\"["} // ${'['.repeat(1000)}`;
    expect(one(flat)).toEqual([]);
  });
});

describe('Java 1.12.1', () => {
  // Verdicts of org.apache.avro.Schema.Parser; its version is in the file's name for a reason.
  const lines = readFileSync(new URL('java-1.12.1-verdicts.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');

  it('accepts and rejects what we do', () => {
    const differ = lines.flatMap((line) => {
      const row = parseJson(line);
      if (!isObject(row)) throw new Error(`no row: ${line}`);
      const isAccepted = one(String(row.schema)).length === 0;
      return isAccepted === row.accepted ? [] : [line];
    });
    expect(lines.length).toBeGreaterThan(350);
    expect(differ).toEqual([]);
  });

  it('differs on purpose where people gain by it', () => {
    // Java refuses both; editors write the one, people the other.
    expect(one('\uFEFF"int"')).toEqual([]);
    expect(one('"int" // so many seconds')).toEqual([]);
    // Java accepts both; nobody can have meant them.
    expect(one(record('{"name":"x","type":"float","default":"0x1p3"}'))).toHaveLength(1);
    expect(one('{"type":"fixed","name":"F","aliases":["..a"],"size":1}')).toHaveLength(1);
  });
});
