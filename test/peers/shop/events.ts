/** What the topics of the shop carry, as our code has it and as JSON. */
import { readFileSync } from 'node:fs';
import type { ShopByRecordValue } from './generated/topics/shop-by-record.js';

export type ShopEvent = ShopByRecordValue;

const file = (name: string): string =>
  readFileSync(new URL(`./schemas/shop/${name}.avsc`, import.meta.url), 'utf8');

const RETURNED = {
  ...{ type: 'record', name: 'Returned', namespace: 'shop' },
  fields: [
    { name: 'id', type: 'string' },
    { name: 'reason', type: ['null', 'string'], default: null },
  ],
};

export const TYPES = ['Placed', 'Shipped', 'Cancelled'] as const;
/**
 * With one that the topics' code does not have. What its records hold, a Cancelled could hold, too.
 */
export const TYPES_NEWER = [...TYPES, 'Returned'] as const;
export type TypeName = (typeof TYPES_NEWER)[number];

/** The schemas as their authors wrote them, by simple name. */
export const SCHEMAS: Readonly<Record<TypeName, string>> = {
  Placed: file('placed'),
  Shipped: file('shipped'),
  Cancelled: file('cancelled'),
  Returned: JSON.stringify(RETURNED),
};

/** Types as the branches of a union, as one text. */
export function unionOf(types: readonly TypeName[]): string {
  return `[${types.map((type) => SCHEMAS[type]).join(',')}]`;
}

/** A value as JSON that other languages have, too: dates as milliseconds, longs as numbers. */
export function asJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? Number(inner) : inner)),
    (name, inner) => (name === 'at' ? Date.parse(inner) : inner),
  );
}

export interface Example {
  readonly event: ShopEvent;
  /** As Avro's own JSON has the fields whose types are unions. */
  readonly unions: Readonly<Record<string, unknown>>;
}

const AT = new Date(1_700_000_000_123);

export const EXAMPLES: readonly Example[] = [
  {
    event: {
      case: 'Placed',
      value: {
        ...{ id: 'o-1 ü€😀', at: AT, total: 12.5, to: { street: 'Hauptstraße', floor: 3 } },
        lines: [
          { sku: 'a', count: 1 },
          { sku: '', count: -2_147_483_648 },
        ],
        notes: { gift: 'yes', __proto: 'ü' },
      },
    },
    unions: { to: { street: 'Hauptstraße', floor: { int: 3 } } },
  },
  {
    event: {
      case: 'Shipped',
      value: { id: 'o-1', grams: 9_007_199_254_740_990n, carrier: 'DRONE', tracking: 't' },
    },
    unions: { tracking: { string: 't' } },
  },
  {
    event: { case: 'Cancelled', value: { id: 'o-2', reason: 7 } },
    unions: { reason: { int: 7 } },
  },
  {
    event: {
      case: 'Placed',
      value: {
        ...{ id: '', at: new Date(-1), total: -0.1, to: { street: '', floor: null } },
        ...{ lines: [], notes: {} },
      },
    },
    unions: {},
  },
  {
    event: { case: 'Shipped', value: { id: '', grams: -1n, carrier: 'POST', tracking: null } },
    unions: {},
  },
  {
    event: { case: 'Cancelled', value: { id: 'o-3', reason: 'too late' } },
    unions: { reason: { string: 'too late' } },
  },
];
