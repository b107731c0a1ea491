/** Pairs of schemas of sizes that people have. */
import type { Json } from '../../runtime/json.js';

export interface BenchPair {
  readonly name: string;
  readonly reader: Json;
  readonly writer: Json;
}

const click = (...more: Json[]): Json => ({
  type: 'record',
  name: 'UserClick',
  namespace: 'com.mycompany.events',
  fields: [
    { name: 'user_id', type: 'string' },
    { name: 'url', type: 'string' },
    { name: 'timestamp', type: { type: 'long', logicalType: 'timestamp-millis' } },
    ...more,
  ],
});

const address: Json = {
  type: 'record',
  name: 'Address',
  fields: ['street', 'city', 'zip', 'country'].map((name) => ({ name, type: 'string' })),
};

const order = (...more: Json[]): Json => ({
  type: 'record',
  name: 'Order',
  namespace: 'com.acme.shop',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'customer', type: ['null', 'string'], default: null },
    { name: 'status', type: { type: 'enum', name: 'Status', symbols: ['OPEN', 'PAID', 'SENT'] } },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 12, scale: 2 } },
    {
      name: 'lines',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Line',
          fields: [
            { name: 'sku', type: 'string' },
            { name: 'quantity', type: 'int' },
            { name: 'price', type: 'double' },
            { name: 'tags', type: { type: 'map', values: 'string' } },
          ],
        },
      },
    },
    { name: 'shipTo', type: ['null', address], default: null },
    { name: 'billTo', type: ['null', 'Address'], default: null },
    ...Array.from(
      { length: 20 },
      (_, index): Json => ({
        name: `note${index}`,
        type: ['null', 'string'],
        default: null,
      }),
    ),
    ...more,
  ],
});

const node = (...more: Json[]): Json => ({
  type: 'record',
  name: 'Node',
  fields: [
    { name: 'value', type: 'long' },
    { name: 'left', type: ['null', 'Node'], default: null },
    { name: 'right', type: ['null', 'Node'], default: null },
    ...more,
  ],
});

export function typicalPairs(): readonly BenchPair[] {
  const nullable = { name: 'referrer', type: ['null', 'string'], default: null };
  const required = { name: 'referrer', type: 'string' };
  return [
    { name: 'UserClick, a nullable field more', reader: click(nullable), writer: click() },
    { name: 'UserClick, a required field more', reader: click(required), writer: click() },
    { name: 'order of 27 fields, a nullable field more', reader: order(nullable), writer: order() },
    { name: 'order of 27 fields, a required field more', reader: order(required), writer: order() },
    { name: 'recursive tree, a nullable field more', reader: node(nullable), writer: node() },
  ];
}

/** A record of about 250 KiB: 45 records of 45 fields. */
export function bigRecord(): Json {
  const parts = Array.from(
    { length: 45 },
    (_, i): Json => ({
      name: `part${i}`,
      type: {
        type: 'record',
        name: `Part${i}`,
        fields: Array.from(
          { length: 45 },
          (_, j): Json => ({
            name: `field${j}`,
            type:
              j % 3 === 0 ? { type: 'long', logicalType: 'timestamp-millis' } : ['null', 'string'],
            ...(j % 3 === 0 ? {} : { default: null }),
            doc: 'What this field means, in a few words of a sentence.',
          }),
        ),
      },
    }),
  );
  return { type: 'record', name: 'Big', fields: parts };
}
