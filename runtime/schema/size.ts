import type { RecordSchema, Schema } from './schema.js';

/** What a record's own parts come to, once those of the records within it are known. */
type Sum = (record: RecordSchema) => number;

/** Sums of records, each worked out once: records within records multiply. */
type Sums = WeakMap<RecordSchema, number>;

/** A record that contains itself whatever it holds has no end. */
const ENDLESS = Number.MAX_SAFE_INTEGER;
/** That is so until its sum is known. */
const PENDING: number = 2 * ENDLESS;

/** Of all others 1. */
const LEAST: { readonly [Kind in Schema['kind']]?: number } = { null: 0, float: 4, double: 8 };
const leastOf: Sums = new WeakMap();

/** Least bytes that a value takes; where it is 0, no value of the schema takes any. */
export function minimumBytes(schema: Schema): number {
  if (schema.kind === 'fixed') return schema.size;
  if (schema.kind !== 'record') return LEAST[schema.kind] ?? 1;
  return summed(schema, leastOf, ({ fields }) =>
    fields.reduce((sum, { type }) => sum + minimumBytes(type), 0),
  );
}

/** Least bytes that one item of an array or map takes: what a block count is checked against. */
export function leastBytes(container: Schema): number {
  if (container.kind === 'map') return 1 + minimumBytes(container.values);
  return container.kind === 'array' ? minimumBytes(container.items) : 0;
}

/** A record's sum, after those of the records within it: in a list, since chains of types are long. */
export function summed(root: RecordSchema, sums: Sums, sumOf: Sum): number {
  // One that is pending stands around whoever asks: it is not begun again.
  const open = sums.has(root) ? [] : [root];
  for (let record = open.at(-1); record !== undefined; record = open.at(-1)) {
    const known = sums.get(record);
    if (known === undefined) {
      sums.set(record, PENDING);
      for (const { type } of record.fields)
        if (type.kind === 'record' && !sums.has(type)) open.push(type);
    } else {
      if (known === PENDING) sums.set(record, Math.min(ENDLESS, sumOf(record)));
      open.pop();
    }
  }
  return sums.get(root) ?? 0;
}
