/** Avro IDL and protocols: what they define, where it stands, and what cannot be read. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_IDL_BYTES, MAX_IDL_IMPORTS } from '../../../codegen/model/limits.js';
import { parseFiles, parseFolder } from '../../../codegen/model/parse.js';
import { printSchema } from '../../../codegen/model/print.js';
import { isNamed } from '../../../codegen/model/schema.js';
import { placeOf, printPlace, SourceText } from '../../../codegen/model/source-text.js';
import { type Json, type JsonObject, printJson } from '../../../runtime/json.js';
import { idlOf } from '../idl-text.js';

type Files = Readonly<Record<string, string>>;

const folderOf = (files: Files) =>
  parseFolder(Object.entries(files).map(([file, text]) => new SourceText(file, text)));

/** Each problem as `file:line:column code`. */
const problemsOf = (files: Files): string[] =>
  folderOf(files).problems.list.map(({ at, code }) => `${printPlace(at)} ${code}`);

/** The types of a folder by name, as JSON. */
function typesOf(files: Files): Record<string, Json> {
  const { types, problems } = folderOf(files);
  expect(problems.list).toEqual([]);
  return Object.fromEntries(types.map((type) => [type.name, printSchema(type)]));
}

const ORDERS = `/** The shop's. */
@namespace("acme.shop") protocol Orders {
  import idl "money.avdl";

  /** What is bought. */
  @aliases(["Purchase"]) @owner("team")
  record Order {
    /** Its number. */
    long id;
    string @aliases(["text"]) @order("ignore") note = "none; } { \\"";
    union { null, acme.money.Money } price = null; // ; { @
    array<map<State>> states = [];
    @logicalType("decimal") @precision(9) @scale(2) bytes amount;
    double ratio = -1.5e3;
    Failed \`error\`;
  }
  enum State { OPEN, SHUT } = OPEN;
  @namespace("acme.keys") fixed Md5(16);
  error Failed { boolean again = true; /* the last */ }
  void ping() oneway;
  Order find(long id, string note = "x") throws Failed;
}`;
const MONEY = 'protocol acme.money.P { record Money { int cents; } }';

it('reads what IDL defines', () => {
  const named = (type: string, name: string, rest: object): Json => ({ type, name, ...rest });
  const { 'acme.shop.Order': order, ...rest } = typesOf({
    'orders.avdl': ORDERS,
    'money.avdl': MONEY,
  });
  expect(rest).toEqual({
    'acme.money.Money': named('record', 'Money', {
      namespace: 'acme.money',
      fields: [{ name: 'cents', type: 'int' }],
    }),
    'acme.shop.State': named('enum', 'State', {
      namespace: 'acme.shop',
      symbols: ['OPEN', 'SHUT'],
      default: 'OPEN',
    }),
    'acme.keys.Md5': named('fixed', 'Md5', { namespace: 'acme.keys', size: 16 }),
    'acme.shop.Failed': named('error', 'Failed', {
      namespace: 'acme.shop',
      fields: [{ name: 'again', type: 'boolean', default: true }],
    }),
  });
  expect(order).toMatchObject({
    doc: 'What is bought.',
    aliases: ['acme.shop.Purchase'],
    owner: 'team',
    fields: [
      { name: 'id', doc: 'Its number.', type: 'long' },
      { name: 'note', aliases: ['text'], order: 'ignore', default: 'none; } { "' },
      { name: 'price', type: ['null', { name: 'Money' }], default: null },
      { name: 'states', type: { type: 'array', items: { type: 'map' } }, default: [] },
      { name: 'amount', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
      { name: 'ratio', default: -1500 },
      { name: 'error' },
    ],
  });
});

it('has the types of the specification where avsc has others, or none', () => {
  const fields = 'date a; time_ms b; timestamp_ms c; local_timestamp_ms d; uuid e;';
  expect(typesOf({ 'a.avdl': `protocol P { record R { ${fields} } }` }).R).toMatchObject({
    fields: [
      { type: { type: 'int', logicalType: 'date' } },
      { type: { type: 'int', logicalType: 'time-millis' } },
      { type: { type: 'long', logicalType: 'timestamp-millis' } },
      { type: { type: 'long', logicalType: 'local-timestamp-millis' } },
      { type: { type: 'string', logicalType: 'uuid' } },
    ],
  });
});

it('says where types, fields and symbols stand in IDL', () => {
  const { types } = folderOf({ 'orders.avdl': ORDERS, 'money.avdl': MONEY });
  const places = types.flatMap((type) => [
    `${type.name} ${printPlace(placeOf(type.origin))}`,
    ...(type.kind === 'record'
      ? type.fields.map(({ name, origin }) => `${name} ${printPlace(placeOf(origin))}`)
      : []),
    ...(type.kind === 'enum' ? type.symbolOrigins.map((one) => printPlace(placeOf(one))) : []),
  ]);
  expect(places).toEqual([
    'acme.keys.Md5 orders.avdl:18:33',
    'acme.money.Money money.avdl:1:32',
    'cents money.avdl:1:44',
    'acme.shop.Failed orders.avdl:19:9',
    'again orders.avdl:19:26',
    'acme.shop.Order orders.avdl:7:10',
    'id orders.avdl:9:10',
    'note orders.avdl:10:48',
    'price orders.avdl:11:38',
    'states orders.avdl:12:23',
    'amount orders.avdl:13:59',
    'ratio orders.avdl:14:12',
    'error orders.avdl:15:12',
    'acme.shop.State orders.avdl:17:8',
    'orders.avdl:17:16',
    'orders.avdl:17:22',
  ]);
});

const inProtocol = (text: string): Files => ({ 'a.avdl': `protocol P {\n${text}\n}` });
const field = (text: string): Files => inProtocol(`record R { ${text} }`);

describe('tells where what cannot be read stands:', () => {
  it.each<[string, Files, string]>([
    ['an empty file', { 'a.avdl': '' }, '1:1'],
    ['no protocol', { 'a.avdl': 'record R {}' }, '1:1'],
    ['a protocol without a name', { 'a.avdl': 'protocol { record R {} }' }, '1:1'],
    ['a schema of Avro 1.12', { 'a.avdl': '// new\nschema int;' }, '2:1'],
    ['a namespace of Avro 1.12', { 'a.avdl': 'namespace a.b;\nprotocol P {}' }, '1:1'],
    ['a nullable type of Avro 1.12', field('int? a;'), '2:15'],
    ['a decimal of Avro 1.12', field('decimal(9, 2) a;'), '2:12'],
    ['two fields of one type', field('int a, b;'), '2:17'],
    ['a type without brackets', field('array int a;'), '2:18'],
    ['an annotation of a union', field('@a("b") union { null, int } a;'), '2:20'],
    // avsc never comes to the end of these.
    ['an annotation without a value', inProtocol('@deprecated'), '2:1'],
    ['an annotation at the end', { 'a.avdl': 'protocol P {} @' }, '1:15'],
    // avsc takes these for something else.
    ['a number that would be rounded', field('long a = 9007199254740993;'), '2:21'],
    ['a number within a default', field('array<long> a = [1, -9223372036854775808];'), '2:32'],
    ['a number that is infinite', field('double a = 1e999;'), '2:23'],
    ['annotations of a name', field('@aliases(["b"]) Other a;'), '2:34'],
    // Of these avsc tells no place.
    ['a default that is no JSON', field('int a = x;'), '2:18'],
    ['a default that is a name of JavaScript', field('double a = NaN;'), '2:21'],
    ['a string without an end', field('string a = "x;'), '2:23'],
    ['a comment without an end', inProtocol('record R {} /* x'), '2:13'],
    ['a bracket that is not closed', inProtocol('record R { int a;'), '1:12'],
    ['a bracket that closes nothing', inProtocol('record R { int a; } }'), '3:1'],
    ['brackets that do not match', field('array<int] a;'), '2:21'],
    ['a message given twice', inProtocol('void a();\nvoid a();'), '3:6'],
    ['an import of another kind', inProtocol('import java "a.avdl";'), '2:8'],
    ['too deep nesting', field(`${'array<'.repeat(300)}int${'>'.repeat(300)} a;`), '2:1541'],
    ['too large a file', { 'a.avdl': `protocol P { }${' '.repeat(MAX_IDL_BYTES)}` }, '1:1'],
    ['too many imports', inProtocol('import idl "a.avdl";\n'.repeat(MAX_IDL_IMPORTS + 1)), '1:1'],
  ])('%s', (_, files, place) => {
    expect(problemsOf(files)).toContain(`a.avdl:${place} IDL_UNREADABLE`);
  });
});

it('says what is wrong with what IDL defines as it does of schemas', () => {
  expect(problemsOf(field('Nope a;'))).toEqual(['a.avdl:2:17 TYPE_UNKNOWN']);
  expect(problemsOf(field('int a = "b";'))).toEqual(['a.avdl:2:16 DEFAULT_INVALID']);
  expect(problemsOf(field('int a; long a;'))).toEqual(['a.avdl:2:16 FIELD_DUPLICATE']);
});

describe('imports', () => {
  const importing = (kind: string, path: string): string =>
    `protocol a.P {\n  import ${kind} "${path}";\n  record User { Id id; }\n}`;
  const fixed = (size: number): string =>
    printJson({ type: 'fixed', name: 'Id', namespace: 'a', size });

  it.each([
    ['../shared/id.avsc', 'schema'],
    ['nowhere.avdl', 'idl'],
    ['../../etc/passwd', 'schema'],
    ['/etc/passwd', 'protocol'],
    ['..', 'idl'],
    ['', 'idl'],
  ])('of %j, which the folder does not have, are errors', (path, kind) => {
    const files = { 's/x/user.avdl': importing(kind, path), 's/id.avsc': fixed(8) };
    expect(problemsOf(files)).toEqual([
      expect.stringMatching(/^s\/x\/user.avdl:2:\d+ IMPORT_UNKNOWN$/),
    ]);
  });

  it('say whose definition is meant where there are several, also through others and in circles', () => {
    const circle = 'protocol P { import schema "../far/id.avsc"; import idl "../near/user.avdl"; }';
    const files = {
      'near/user.avdl': importing('idl', '../mid/more.avdl'),
      'near/id.avsc': fixed(1),
      'mid/more.avdl': circle,
      'far/id.avsc': fixed(2),
    };
    const sizeIn = (given: Files): unknown => {
      const user = folderOf(given).types.find(({ name }) => name === 'a.User');
      const type = user?.kind === 'record' ? user.fields[0]?.type : undefined;
      return type?.kind === 'fixed' ? type.size : undefined;
    };
    expect(sizeIn(files)).toBe(2);
    expect(sizeIn({ ...files, 'mid/more.avdl': 'protocol P {}' })).toBe(1);
  });
});

describe('protocols as JSON', () => {
  const KIND = { type: 'enum', name: 'Kind', symbols: ['A'] };
  const protocol = (more: object): string => printJson({ protocol: 'a.P', ...more });

  it.each(['p.avpr', 'p.avsc'])('in %s define their types, and those of their messages', (file) => {
    const record = (name: string) => ({
      type: 'record',
      name,
      fields: [{ name: 'kind', type: 'Kind' }],
    });
    const messages = {
      one: {
        request: [{ name: 'x', type: { type: 'array', items: record('Asked') } }],
        response: { type: 'map', values: record('Told') },
        errors: ['string', { ...record('Failed'), type: 'error' }],
      },
      two: { request: [{ name: 'x', type: 'Nowhere' }], response: 'null' },
    };
    const text = protocol({ types: [KIND, { ...record('R'), namespace: 'b' }], messages });
    // In another namespace the name of the enum is its full one.
    const types = typesOf({ [file]: text.replace('"namespace":"b"', '"x":1') });
    expect(Object.keys(types)).toEqual(['a.Asked', 'a.Failed', 'a.Kind', 'a.R', 'a.Told']);
    expect(problemsOf({ [file]: text })).toHaveLength(1);
  });

  it('take their namespace from their name, before another one', () => {
    const named = (more: object) =>
      Object.keys(typesOf({ 'p.avpr': protocol({ types: [KIND], ...more }) }));
    expect(named({})).toEqual(['a.Kind']);
    expect(named({ namespace: 'b' })).toEqual(['a.Kind']);
    expect(named({ protocol: 'P', namespace: 'b' })).toEqual(['b.Kind']);
    expect(named({ protocol: 'P' })).toEqual(['Kind']);
  });

  it.each<[string, object, string]>([
    ['types that are no list', { types: {} }, '1:27 TYPE_INVALID'],
    ['a type that is a name', { types: ['int'] }, '1:28 TYPE_INVALID'],
    ['a type without a name', { types: [{ type: 'array', items: 'int' }] }, '1:28 TYPE_INVALID'],
    [
      'a bad default',
      { types: [{ type: 'enum', name: 'E', symbols: ['A'], default: 'B' }] },
      '1:80 ENUM_DEFAULT_INVALID',
    ],
    [
      'two types of one name',
      { types: [KIND, { ...KIND, symbols: ['B'] }] },
      '1:96 NAME_REDEFINED',
    ],
  ])('are told of %s, by line and column', (_, more, problem) => {
    expect(problemsOf({ 'p.avpr': protocol(more) })).toEqual([`p.avpr:${problem}`]);
  });

  it('are no schema where one is wanted', () => {
    const errors = (file: string, text: string) =>
      parseFiles([new SourceText(file, text)]).problems.errors.map(({ code }) => code);
    expect(errors('p.avpr', protocol({ types: [KIND] }))).toEqual(['PROTOCOL']);
    expect(errors('p.avdl', 'protocol P {}')).toEqual(['PROTOCOL']);
  });
});

const primitive = fc.constantFrom<Json>('int', 'string', 'bytes', {
  type: 'long',
  logicalType: 'timestamp-micros',
});
const type = fc.letrec<{ type: Json }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    primitive,
    tie('type').map((items): Json => ({ type: 'array', items })),
    tie('type').map((values): Json => ({ type: 'map', values, note: 'a "b" ) {' })),
    fc.constant<Json>(['null', 'R', 'int']),
  ),
})).type;
const anyField: fc.Arbitrary<Json> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'record', 'union', 'namespace', 'schema', 'decimal'),
    type,
    more: fc.constantFrom<JsonObject>(
      {},
      { doc: 'What it is' },
      { doc: 'x } y', aliases: ['c'] },
      { aliases: ['d', 'e'], order: 'ignore' },
    ),
  })
  .map(({ name, type: given, more }) => ({ name, type: given, ...more }));
const record = fc
  .uniqueArray(anyField, { maxLength: 4, selector: (one) => Object(one).name })
  .map((fields): Json => ({ type: 'record', name: 'R', fields }));

it('reads the same from IDL as from a schema', () => {
  fc.assert(
    fc.property(record, (json) => {
      const { types, problems } = folderOf({ 'r.avdl': idlOf(json) });
      expect(problems.list).toEqual([]);
      const [expected] = parseFiles([new SourceText('r.avsc', printJson(json))]).types;
      expect(types.filter(isNamed).map((one) => printSchema(one))).toEqual([
        expected && printSchema(expected),
      ]);
    }),
    { numRuns: 300 },
  );
});
