/** Fields of a value that its schema does not have: found wherever records are, and nowhere else. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSelfEvident } from '../../../codegen/emit/appearance.js';
import type { Project } from '../../../codegen/emit/project.js';
import { caseName } from '../../../codegen/model/cases.js';
import type { Schema } from '../../../codegen/model/schema.js';
import { pathOf } from '../../../runtime/codec/watch.js';
import {
  type AvroError,
  type Codec,
  strictFields,
  undeclaredFields,
} from '../../../runtime/index.js';
import type { Json } from '../../../runtime/json.js';
import { arbitrarySchema } from '../../codegen/arbitrary-schema.js';
import { arbitraryValue } from '../../codegen/arbitrary-value.js';
import { generate, importAllCodecs, importCodecs } from '../../codegen/generated-project.js';
import { UserClickCodec } from '../../frozen/generated/com/mycompany/events/UserClick.js';

const record = (name: string, fields: readonly Json[]) => ({ type: 'record', name, fields });
const optional = (name: string, type: Json) => ({ name, type: ['null', type], default: null });

const VISIT = record('w.Visit', [
  { name: 'url', type: 'string' },
  optional('referrer', 'string'),
  { name: 'meta', type: record('Meta', [optional('ip', 'string'), optional('agent', 'string')]) },
  { name: 'steps', type: { type: 'array', items: record('Step', [{ name: 'n', type: 'int' }]) } },
  { name: 'byName', type: { type: 'map', values: ['null', 'Step'] } },
  optional('maybe', 'Step'),
  { name: 'paid', type: [record('Card', [{ name: 'last4', type: 'string' }]), 'Step'] },
  { name: 'empty', type: record('Empty', []) },
  { name: 'span', type: { type: 'fixed', name: 'Span', size: 12, logicalType: 'duration' } },
  { name: 'toString', type: 'string', default: '' },
  optional('next', 'Visit'),
]);

const visit = (more: object = {}) => ({
  url: 'u',
  meta: { ip: null },
  steps: [{ n: 1 }, { n: 2 }],
  byName: { one: { n: 1 }, none: null },
  paid: { case: 'Card', value: { last4: '1234' } },
  empty: {},
  span: { months: 1, days: 1, millis: 1 },
  ...more,
});

let codec: Codec<unknown, unknown>;
beforeAll(async () => {
  const found = (await importCodecs('strict-fields', generate([VISIT]))).get('w.Visit');
  if (found === undefined) throw new Error('There is no codec.');
  codec = found;
});

const refusal = (value: unknown): AvroError => {
  try {
    strictFields(codec).encode(value);
  } catch (error) {
    // Safe: each test reads of it what only an AvroError has.
    return error as AvroError;
  }
  throw new Error('nothing was thrown');
};

describe('an undeclared field is refused', () => {
  it.each<[string, object, string, string | undefined]>([
    ['at the root', { refferer: 'x' }, 'refferer', 'referrer'],
    ['in another case', { Referrer: 'x' }, 'Referrer', 'referrer'],
    ['like nothing that is there', { colour: 'red' }, 'colour', undefined],
    ['like a field that is given', { urls: 'u' }, 'urls', undefined],
    ['in a record', { meta: { ipp: '::1' } }, 'meta.ipp', 'ip'],
    ['in an array', { steps: [{ n: 1 }, { n: 2, m: 3 }] }, 'steps[1].m', undefined],
    ['in a map', { byName: { one: { n: 1, N: 1 } } }, 'byName.one.N', undefined],
    ['in a nullable union', { maybe: { n: 1, o: 1 } }, 'maybe.o', undefined],
    [
      'in a case of a union',
      { paid: { case: 'Card', value: { last4: '1', last_4: '1' } } },
      'paid.value.last_4',
      undefined,
    ],
    [
      'beside case and value',
      { paid: { case: 'Step', value: { n: 1 }, id: 7 } },
      'paid.id',
      undefined,
    ],
    ['in a record without fields', { empty: { a: 1 } }, 'empty.a', undefined],
    [
      'in a duration',
      { span: { months: 1, days: 1, millis: 1, hours: 1 } },
      'span.hours',
      undefined,
    ],
    [
      'in a record within itself',
      { next: visit({ next: visit({ nxt: 1 }) }) },
      'next.next.nxt',
      'next',
    ],
    ['under a name that all objects have', { valueOf: 1 }, 'valueOf', undefined],
    ['under a name that is no identifier', { 'a b': 1 }, '["a b"]', undefined],
    [
      'of a frozen value',
      Object.freeze({ meta: Object.freeze({ agnt: 'x' }) }),
      'meta.agnt',
      'agent',
    ],
  ])('%s', (_, more, path, meant) => {
    const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
    const expected = `no field of this name${hint}`;
    const problem = { path, expected, actual: expect.stringMatching(/^(string|number)$/) };
    expect(undeclaredFields(codec, visit(more))).toEqual([problem]);
    const error = refusal(visit(more));
    expect(error).toMatchObject({ code: 'AVRO_VALUE', schema: 'w.Visit', path });
    expect(error.problems).toEqual([problem]);
    expect(error.message).toContain(`${path}: expected ${expected}, got `);
    // Without being asked, it is left out.
    expect(codec.decode(codec.encode(visit(more)))).toBeDefined();
  });

  it('of a class as of a literal', () => {
    class Meta {
      readonly ip = null;
      readonly agnt = 'x';
    }
    const [problem, ...others] = undeclaredFields(codec, visit({ meta: new Meta() }));
    expect([problem?.path, others]).toEqual(['meta.agnt', []]);
  });

  it('beside other faults, each once', () => {
    const value = visit({ url: 5, ulr: 'u', steps: [{ n: 'x', m: 1 }, 'none'], paid: { kind: 1 } });
    expect(refusal(value).problems.map(({ path }) => path)).toEqual([
      'url',
      'steps[0].n',
      'steps[1]',
      'paid.case',
      'ulr',
      'steps[0].m',
      'paid.kind',
    ]);
  });

  it('up to a hundred', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`x${i}`, i]));
    expect(refusal(visit(many)).problems).toHaveLength(100);
  });

  it('with a frame, too', () => {
    expect(() => strictFields(codec).encodeFramed(visit({ x: 1 }), 7)).toThrow(
      'x: expected no field',
    );
  });
});

describe('a value that has none', () => {
  it.each<[string, object]>([
    ['as it is', {}],
    ['with what is undefined, and so not given', { refferer: undefined }],
    ['with what is not enumerable', Object.defineProperty({}, 'hidden', { value: 1 })],
    ['with a symbol', { [Symbol('note')]: 1 }],
    ['with any keys in a map', { byName: { constructor: { n: 1 }, 'a b': null } }],
    ['with one object in two places', shared()],
  ])('is written %s', (_, more) => {
    const strict = strictFields(codec);
    const value = Object.defineProperties(visit(), Object.getOwnPropertyDescriptors(more));
    expect(undeclaredFields(codec, value)).toEqual([]);
    expect(strict.encode(value)).toEqual(codec.encode(value));
    expect(strict.encodeFramed(value, 7)).toEqual(codec.encodeFramed(value, 7));
    expect(strict.decode(strict.encode(value))).toEqual(codec.decode(codec.encode(value)));
  });

  it('has its other faults named as ever', () => {
    const value = visit({ url: 5, steps: {} });
    const own = () => codec.encode(value);
    expect(own).toThrow();
    expect(() => strictFields(codec).encode(value)).toThrow(messageOf(own));
  });
});

it('is a codec like the one that it is made of', () => {
  const value = { user_id: 'ann', url: 'u', timestamp: new Date(0) };
  const strict: typeof UserClickCodec = strictFields(UserClickCodec);
  // @ts-expect-error A url is missing.
  expect(() => strict.encode({ user_id: 'ann', timestamp: new Date(0) })).toThrow('url: ');
  expect(strict.decode(strict.encode(value)).timestamp.getTime()).toBe(0);
  const { encode: _, encodeFramed: __, encodeMany: ___, ...same } = strictFields(codec);
  expect(codec).toMatchObject(same);
});

/** A place of a record in a value, by the schema alone. */
interface Place {
  readonly path: string;
  readonly object: { [key: string]: unknown };
}

function placesIn(schema: Schema, value: unknown, at: { path: string; project: Project }): Place[] {
  const part = (inner: Schema, key: string, isIndex = false): Place[] => {
    const held = Object(value)[key];
    return placesIn(inner, held, { ...at, path: pathOf(at.path, key, isIndex) });
  };
  switch (schema.kind) {
    case 'record':
      return [
        { path: at.path, object: Object(value) },
        ...schema.fields.flatMap(({ name, type }) => part(type, name)),
      ];
    case 'array':
      return Object.keys(Object(value)).flatMap((index) => part(schema.items, index, true));
    case 'map':
      return Object.keys(Object(value)).flatMap((key) => part(schema.values, key));
    case 'union': {
      if (value === null) return [];
      if (!isSelfEvident(schema, at.project, at.project.options.longs)) {
        const chosen = schema.branches.find(
          (_, index) => caseName(schema, index) === Object(value).case,
        );
        return chosen === undefined ? [] : part(chosen, 'value');
      }
      const branch = schema.branches.find(({ kind }) =>
        Array.isArray(value) ? kind === 'array' : kind === 'record' || kind === 'map',
      );
      const isObject =
        Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
      return branch === undefined || !isObject ? [] : placesIn(branch, value, at);
    }
    default:
      return [];
  }
}

it('finds a field that is too much in any record of any value, and none in the value itself', async () => {
  const schemas = fc.sample(arbitrarySchema, { numRuns: 60 });
  const projects = schemas.map((schema) => generate([schema]));
  const all = await importAllCodecs('strict-random', projects);
  let found = 0;
  for (const [index, { model, project }] of projects.entries()) {
    const root = model.files[0]?.root;
    const own = root !== undefined && 'name' in root ? all[index]?.get(root.name) : undefined;
    if (root === undefined || own === undefined) throw new Error('the root has no codec');
    fc.assert(
      fc.property(arbitraryValue(root, project), fc.nat(), (value, choice) => {
        expect(undeclaredFields(own, value)).toEqual([]);
        const places = placesIn(root, value, { path: '', project });
        const place = places[choice % places.length];
        if (place === undefined) return;
        found++;
        place.object.too_much = true;
        const paths = undeclaredFields(own, value).map(({ path }) => path);
        delete place.object.too_much;
        expect(paths).toEqual([pathOf(place.path, 'too_much', false)]);
      }),
      { numRuns: 15 },
    );
  }
  expect(found).toBeGreaterThan(300);
}, 120_000);

function shared(): object {
  const step = { n: 1 };
  return { steps: [step, step], maybe: step, paid: { case: 'Step', value: step } };
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return Object(error).message;
  }
  return '';
}
