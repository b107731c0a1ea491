/** `tavro.json`: its JSON Schema and its reader say the same of every form. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exampleOf, formsWithin } from '../../../codegen/editor/forms.js';
import { tavroSchema } from '../../../codegen/editor/tavro-schema.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { CONFIG } from '../../../codegen/project/config/config.js';
import type { Form, Part } from '../../../codegen/project/config/setting.js';
import { PartReader } from '../../../codegen/project/config/shape.js';
import type { Json } from '../../../runtime/json.js';
import { disagreement, refusals, validatorOf } from './agreement.js';

const ORIGIN = { source: new SourceText('tavro.json', '{}'), offset: 0, length: 2 };

const topic = (words: Json): Json => ({ topics: { t: words } });
const orders = (words: { [key: string]: Json }): Json => topic({ value: 'acme.Order', ...words });
const rules = (words: Json): Json => ({ check: { rules: words } });
const waiver = (words: { [key: string]: Json }): Json => ({
  check: {
    waivers: [
      {
        rule: 'type-mismatch',
        subject: 's',
        path: '',
        reason: 'agreed',
        expires: '2030-12-31',
        ...words,
      },
    ],
  },
});
const CONVERSION = { module: '../x.js', conversion: 'x', type: 'X' };

it.each<[string, Json]>([
  ['nothing', {}],
  ['a schema for editors', { $schema: '../x.json' }],
  ['a topic', orders({})],
  [
    'cases',
    topic({ value: ['a.A', 'a.B'], subjects: 'record', oldestRetained: { value: { 'a.A': 3 } } }),
  ],
  ['a file', topic({ value: { file: 'x/prices.avsc' } })],
  ['a type of a file', topic({ value: { file: 'x..y/a.avdl', type: 'a.A' } })],
  [
    'Avro',
    topic({ value: { avro: { type: 'map', values: ['null', 'a.A'] } }, key: { avro: 'long' } }),
  ],
  ['a type as Avro', topic({ value: { avro: 'a.A' } })],
  ['raw keys', orders({ key: 'bytes' })],
  ['named subjects', orders({ key: 'a.K', subjects: { value: 's', key: 'k' } })],
  [
    'settings of Kafka',
    orders({ config: { 'retention.ms': 1, preallocate: true, 'my.own': 'x' } }),
  ],
  ['longs', { longs: 'number' }],
  ['longs by field', { longs: { default: 'number', fields: { 'a.A.f': 'bigint' } } }],
  ['logical types', { logicalTypes: { presets: ['connect'], date: 'number', uuid: CONVERSION } }],
  ['names of Connect', { logicalTypes: { 'a.B': 'date', 'io.debezium.time.Year': 'number' } }],
  ['severities', rules({ 'type-mismatch': 'off' })],
  ['severities of a subject', { check: { subjects: { s: { 'type-mismatch': 'error' } } } }],
  ['a waiver', waiver({})],
  ['a registry', { registry: { subjects: 'record', context: '.x', normalize: true } }],
])('both take %s', (_, json) => {
  const text = JSON.stringify(json);
  expect({ refusals: refusals(text), disagreement: disagreement(text) }).toEqual({ refusals: [] });
});

it.each<[string, Json]>([
  ['a list', []],
  ['a text', 'x'],
  ['an unknown option', { topic: {} }],
  ['a schema for editors that is no text', { $schema: 1 }],
  ['topics as a list', { topics: [] }],
  ['a topic that is no object', topic('acme.Order')],
  ['a topic without a value', topic({})],
  ['the name of a topic', { topics: { 'a b': { value: 'a.A' } } }],
  ['a topic called ..', { topics: { '..': { value: 'a.A' } } }],
  ['an unknown option of a topic', orders({ partition: 3 })],
  ['an Avro type as a type', topic({ value: 'long' })],
  ['no types', topic({ value: [] })],
  ['a number as a value', topic({ value: 1 })],
  ['a number among types', topic({ value: ['a.A', 1] })],
  ['an empty object as a value', topic({ value: {} })],
  ['an array of nothing', topic({ value: { avro: { type: 'array' } } })],
  ['a type without its file', topic({ value: { type: 'a.A' } })],
  ['a file and Avro', topic({ value: { file: 'a.avsc', avro: 'int' } })],
  ['another key beside a file', topic({ value: { file: 'a.avsc', name: 'x' } })],
  ['a file elsewhere', topic({ value: { file: '../a.avsc' } })],
  ['a file by a path that is not as listed', topic({ value: { file: 'a//b.avsc' } })],
  ['a file of another kind', topic({ value: { file: 'a.json' } })],
  ['an Avro type as a key', orders({ key: 'long' })],
  ['a strategy', orders({ subjects: 'type' })],
  ['a subject without a name', orders({ subjects: { value: '' } })],
  ['a subject that is no text', orders({ subjects: { value: 1 } })],
  ['a level', orders({ compatibility: 'backward' })],
  ['no partitions', orders({ partitions: 0 })],
  ['too many partitions', orders({ partitions: 10_001 })],
  ['half a partition', orders({ partitions: 1.5 })],
  ['an object as a setting of Kafka', orders({ config: { 'retention.ms': {} } })],
  ['null as a setting of Kafka', orders({ config: { 'retention.ms': null } })],
  ['a text as a version', orders({ oldestRetained: '3' })],
  ['a version of another side', orders({ oldestRetained: { values: 3 } })],
  ['longs', { longs: 'Number' }],
  ['longs of a field', { longs: { fields: { 'a.A.f': 'int' } } }],
  ['an option of decimals', { decimals: { field: {} } }],
  ['a logical type', { logicalTypes: { dates: 'number' } }],
  ['a word for a logical type', { logicalTypes: { uuid: 'number' } }],
  ['a preset', { logicalTypes: { presets: ['debezium', 'x'] } }],
  ['presets that are no list', { logicalTypes: { presets: 'debezium' } }],
  ['half a conversion', { logicalTypes: { date: { module: 'x' } } }],
  ['a conversion with more', { logicalTypes: { date: { ...CONVERSION, base: 'int' } } }],
  [
    'a logical type for a name that means another',
    { logicalTypes: { 'io.debezium.time.Year': 'date' } },
  ],
  ['where union defaults fit', { unionDefault: 'last' }],
  ['an extension', { importExtension: '.js' }],
  ['a runtime that is no text', { runtime: null }],
  ['a rule', rules({ 'field-remove': 'off' })],
  ['a rule on waivers', rules({ 'waiver-unused': 'off' })],
  ['a severity', rules({ 'type-mismatch': 'info' })],
  ['a rule of a subject', { check: { subjects: { s: { x: 'off' } } } }],
  ['waivers that are no list', { check: { waivers: {} } }],
  ['a waiver without a reason', waiver({ reason: ' ' })],
  ['the rule of a waiver', waiver({ rule: 'waiver-expired' })],
  ['the date of a waiver', waiver({ expires: 'never' })],
  ['another word in a waiver', waiver({ until: '2030-12-31' })],
  ['a context', { registry: { context: 'staging' } }],
  ['a flag', { registry: { normalize: 'yes' } }],
])('both refuse %s', (_, json) => {
  const text = JSON.stringify(json);
  expect({ isRefused: refusals(text).length > 0, disagreement: disagreement(text) }).toEqual({
    isRefused: true,
  });
});

it('comments count for neither', () => {
  expect(disagreement('{ /* of old */ "topics": {} // none\n}')).toBeUndefined();
});

/** A value of a form, or about one: what stands around it is right. */
function valueFor(form: Form): fc.Arbitrary<Json> {
  switch (form.form) {
    case 'text':
      return fc.constantFrom('', 'acme.Order', 'a.avsc', '../a', '.b', '2030-01-01', 'long', ' ');
    case 'choice':
      return fc.constantFrom(...form.choices);
    case 'flag':
      return fc.boolean();
    case 'whole number':
      return fc.constantFrom(0, 1, 3, 10_000, 10_001, 0.5);
    case 'scalar':
      return fc.constantFrom<Json>('x', 1, 0.5, true);
    case 'list':
      return fc.array(valueFor(form.of), { maxLength: 2 });
    case 'either':
      return fc.oneof(...form.of.map(valueFor));
    case 'part':
      return valueOfPart(form);
    case 'shared':
      return valueFor(form.is);
    case 'avro':
      return fc.constantFrom<Json>('a.A', 'int', ['null', 'a.A'], ['int', 'int'], 1, {
        type: 'map',
        values: 'int',
      });
  }
}

function valueOfPart({ settings, others }: Part): fc.Arbitrary<Json> {
  const entries = Object.entries(settings);
  const few = fc.subarray(entries, { maxLength: Math.min(4, entries.length) }).chain((picked) => {
    const all = [...picked, ...entries.filter(([, { isRequired }]) => isRequired)];
    return fc.record(Object.fromEntries(all.map(([key, { is }]) => [key, wrongAtTimes(is)])));
  });
  const keys = fc.constantFrom(
    't',
    'acme.Order',
    'acme.Order.f',
    'a b',
    'type-mismatch',
    '__proto__',
  );
  const own =
    others === undefined
      ? fc.constant({})
      : fc.dictionary(keys, wrongAtTimes(others.value), { maxKeys: 2 });
  return fc.tuple(few, own).map(([one, other]) => ({ ...one, ...other }));
}

function wrongAtTimes(form: Form): fc.Arbitrary<Json> {
  const wrong = fc.constantFrom<Json>(null, 1, 'x', [], {}, { x: 1 }, ['x'], true);
  return fc.oneof({ weight: 30, arbitrary: valueFor(form) }, { weight: 1, arbitrary: wrong });
}

it('of random settings', () => {
  fc.assert(
    fc.property(wrongAtTimes(CONFIG), (json) => {
      expect(disagreement(JSON.stringify(json))).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

it('every option has an example, and each is right', () => {
  const without = formsWithin(CONFIG).flatMap(({ path, form }) =>
    form.form === 'part' && form.listed === undefined
      ? Object.entries(form.settings).flatMap(([key, setting]) =>
          exampleOf(setting) === undefined ? [`${path}.${key}`] : [],
        )
      : [],
  );
  expect(without).toEqual([]);
  const all = JSON.stringify(exampleOf({ is: CONFIG, doc: '' }));
  expect({ refusals: refusals(all), disagreement: disagreement(all) }).toEqual({ refusals: [] });
});

it('stands by itself: it is draft-07, and every reference is within', () => {
  expect(() => validatorOf(tavroSchema())).not.toThrow();
});

it('no option can be read that the schema does not have', () => {
  const node = { kind: 'object', origin: ORIGIN, entries: new Map() } as const;
  const read = new PartReader(node, CONFIG, () => {});
  // @ts-expect-error: there is no such option
  read.at('topic');
  // @ts-expect-error: it is no text
  read.text('unionDefault');
  expect(read.choice('unionDefault')).toBeUndefined();
});
