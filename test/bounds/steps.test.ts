/**
 * Work follows the text of a schema, not its unfolded tree: twice the depth is about twice the
 * steps. A step is a look at a record's fields, which every walk over a schema has to take.
 */
import { describe, expect, it } from '@jest/globals';
import { comparePair } from '../../codegen/check/compare-pair.js';
import { javaFindings } from '../../codegen/check/java.js';
import { leastValues } from '../../codegen/check/least-values.js';
import { lint } from '../../codegen/check/lint.js';
import { selectRules } from '../../codegen/check/rules/index.js';
import { generateFiles } from '../../codegen/emit/generate.js';
import { DEFAULT_OPTIONS } from '../../codegen/emit/options.js';
import { identityOf } from '../../codegen/model/identity.js';
import { type Model, parseFiles } from '../../codegen/model/parse.js';
import type { Schema as ModelSchema } from '../../codegen/model/schema.js';
import { SourceText } from '../../codegen/model/source-text.js';
import { SchemaUnits } from '../../codegen/registry/schema-units.js';
import {
  canonicalForm,
  fingerprint,
  fromAvroJson,
  type Schema,
  toAvroJson,
  transcoder,
} from '../../runtime/avro.js';
import { AvroError } from '../../runtime/errors.js';
import { sameUnion } from '../../runtime/schema/alike.js';
import { defaultBytes } from '../../runtime/schema/default.js';
import { emptyValues } from '../../runtime/schema/empty-values.js';
import { locate } from '../../runtime/schema/locate.js';
import { offsetOf } from '../../runtime/schema/offset-of.js';
import { plan } from '../../runtime/schema/plan.js';
import { minimumBytes } from '../../runtime/schema/size.js';
import { skipper } from '../../runtime/schema/skip.js';
import { readMessage } from '../../runtime/wire/message.js';
import { byName } from '../codegen/by-name.js';
import { retyped, SHAPES, schemaOf, typesOf } from './shapes.js';

const DEPTHS = [10, 20, 40] as const;
/** Steps of the longest walk that is let be: unfolded, a tree of depth 40 has 10^12. */
const MOST_STEPS = 2_000_000;

/** Counts the looks at the fields of a schema's records. */
class Steps {
  count = 0;

  watch<S extends Schema>(root: S): S {
    const seen = new Set<Schema>();
    const open: Schema[] = [root];
    for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
      if (seen.has(schema)) continue;
      seen.add(schema);
      if (schema.kind === 'array') open.push(schema.items);
      if (schema.kind === 'map') open.push(schema.values);
      if (schema.kind === 'union') open.push(...schema.branches);
      if (schema.kind !== 'record') continue;
      const { fields } = schema;
      open.push(...fields.map(({ type }) => type));
      const look = (): typeof fields => {
        if (++this.count > MOST_STEPS) throw new Error(`over ${MOST_STEPS} steps`);
        return fields;
      };
      Object.defineProperty(schema, 'fields', { get: look, configurable: true });
    }
    return root;
  }
}

/** Steps of a piece of work, whether it ends in a value or an AvroError. */
function stepsOf(prepare: (steps: Steps) => () => unknown): number {
  const steps = new Steps();
  const work = prepare(steps);
  steps.count = 0;
  try {
    work();
  } catch (error) {
    if (!(error instanceof AvroError)) throw error;
  }
  return steps.count;
}

/** A few messages: none, one that opens containers and branches, and one of zeroes. */
const MESSAGES = [[], [2, 2, 2, 2, 2, 2], Array<number>(64).fill(0)].map((b) => Uint8Array.from(b));
const each = (run: (bytes: Uint8Array) => unknown): void => {
  for (const bytes of MESSAGES) {
    try {
      run(bytes);
    } catch (error) {
      if (!(error instanceof AvroError)) throw error;
    }
  }
};

const RUNTIME: Readonly<Record<string, (schema: Schema, other: Schema) => unknown>> = {
  minimumBytes,
  emptyValues,
  canonicalForm,
  fingerprint: (schema) => fingerprint(schema),
  plan,
  sameUnion: (schema, other) =>
    sameUnion({ kind: 'union', branches: [schema] }, { kind: 'union', branches: [other] }),
  skipper: (schema) => each((bytes) => readMessage(bytes, skipper(schema))),
  'skipper of an array': (schema) =>
    each((bytes) => readMessage(bytes, skipper({ kind: 'array', items: schema }))),
  transcoder: (schema, other) => each(transcoder(schema, other)),
  'transcoder of what is alike': (schema) => each(transcoder(schema, schema)),
  fromAvroJson: (schema) => each(() => fromAvroJson(schema, '{"a":{"a":{"a":{}}}}')),
  defaultBytes: (schema) => schema.kind === 'record' && schema.fields.map(defaultBytes),
};

/** What comes within a budget per message may take it all, once. */
const BUDGETED: typeof RUNTIME = {
  toAvroJson: (schema) => each((bytes) => toAvroJson(schema, bytes)),
  'toAvroJson of an array': (schema) =>
    each((bytes) => toAvroJson({ kind: 'array', items: schema }, bytes)),
  locate: (schema) => each((bytes) => locate(schema, bytes, bytes.length)),
  offsetOf: (schema) => each((bytes) => offsetOf(schema, bytes, 'b.b.b.b')),
};

describe.each(SHAPES)('%s', (shape) => {
  it.each(Object.entries(RUNTIME))('%s takes twice the steps for twice the depth', (_, run) => {
    const counts = DEPTHS.map((depth) =>
      stepsOf((steps) => {
        const schema = steps.watch(schemaOf(typesOf(shape, depth)));
        const other = steps.watch(schemaOf(retyped(typesOf(shape, depth))));
        return () => run(schema, other);
      }),
    );
    expectLinear(counts);
  });

  it.each(Object.entries(BUDGETED))('%s keeps to the budget of a message', (_, run) => {
    for (const depth of DEPTHS) {
      const count = stepsOf((steps) => {
        const schema = steps.watch(schemaOf(typesOf(shape, depth)));
        return () => run(schema, schema);
      });
      // Records hold two values each, and the walk that says where it failed is another one.
      expect(count).toBeLessThan(MESSAGES.length * 4 * 65_536 + 100 * depth);
    }
  });
});

function expectLinear(counts: readonly number[]): void {
  const [small = 0, middle = 0, large = 0] = counts;
  expect(middle).toBeLessThanOrEqual(2.5 * small + 20);
  expect(large).toBeLessThanOrEqual(2.5 * middle + 20);
}

const modelOf = (shape: string, depth: number, retype = false): Model => {
  const types = typesOf(shape, depth);
  const sources = (retype ? retyped(types) : types).map(
    (type, i) => new SourceText(`${i}.avsc`, JSON.stringify(type)),
  );
  return parseFiles(sources, { role: 'history' });
};

const rootOf = ({ types }: Model): ModelSchema => {
  const root = types.find(({ name }) => name === 'Root');
  if (root === undefined) throw new Error('no root');
  return root;
};

const ALL_RULES = selectRules(() => true);

const CODEGEN: Readonly<Record<string, (model: Model, other: Model) => unknown>> = {
  'the gate, of what is alike': (model, other) =>
    comparePair({ schema: rootOf(model) }, { schema: rootOf(other) }),
  "Java's checker": (model, other) => javaFindings(rootOf(model), rootOf(other)),
  leastValues: (model) => leastValues(rootOf(model)),
  identityOf: (model) => identityOf(rootOf(model)),
};

const GENERATING: typeof CODEGEN = {
  lint: (model) => lint(rootOf(model), { rules: ALL_RULES }),
  generateFiles: (model) => generateFiles(model, [], DEFAULT_OPTIONS),
  'generateFiles with an older version': (model, other) =>
    generateFiles(model, [], {
      ...DEFAULT_OPTIONS,
      versions: byName([['Root', [rootOf(other)]]]),
    }),
  SchemaUnits: (model) => {
    const root = rootOf(model);
    if (root.kind === 'record') new SchemaUnits(model).of(root);
  },
};

/** Shapes that a project may not have: their defaults stand for too much to be written out as code. */
const NOT_GENERATED = new Set(['defaults', 'defaults without bytes', 'defaults in arrays']);

it.each([...NOT_GENERATED])('%s are refused where code would be written', (shape) => {
  const sources = typesOf(shape, 40).map(
    (type, i) => new SourceText(`${i}.avsc`, JSON.stringify(type)),
  );
  const codes = parseFiles(sources).problems.errors.map(({ code }) => code);
  expect(new Set(codes)).toEqual(new Set(['DEFAULT_TOO_LARGE']));
});

describe.each(SHAPES)('%s, in the generator', (shape) => {
  const works = Object.entries(NOT_GENERATED.has(shape) ? CODEGEN : { ...CODEGEN, ...GENERATING });

  it.each(works)('%s takes twice the steps for twice the depth', (_, run) => {
    const counts = DEPTHS.map((depth) =>
      stepsOf((steps) => {
        const model = modelOf(shape, depth);
        const other = modelOf(shape, depth);
        steps.watch(rootOf(model));
        steps.watch(rootOf(other));
        return () => run(model, other);
      }),
    );
    expectLinear(counts);
  });

  it('the gate keeps to its budget where the types differ', () => {
    const count = stepsOf((steps) => {
      const model = modelOf(shape, 40);
      const other = modelOf(shape, 40, true);
      steps.watch(rootOf(model));
      steps.watch(rootOf(other));
      return () => {
        const findings = comparePair({ schema: rootOf(model) }, { schema: rootOf(other) });
        expect(findings.length).toBeLessThanOrEqual(200);
      };
    });
    expect(count).toBeLessThan(MOST_STEPS);
  });
});
