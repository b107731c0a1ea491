/** The benchmark's shapes as one would write them by hand. */
import { handWrittenEncoder, type Tree } from './encoders.js';
import * as read from './input.js';
import type { HandWritten } from './load.js';

const MAX_DEPTH = 512;
let depth = 0;

function tree(): Tree {
  if (++depth > MAX_DEPTH) throw new RangeError('too deep');
  const node: Tree = {
    label: read.text(),
    weight: read.int(),
    left: read.index(2) === 0 ? null : tree(),
    right: read.index(2) === 0 ? null : tree(),
  };
  depth--;
  return node;
}

function texts(): string[] {
  let count = read.block(1);
  const list = new Array<string>(count);
  for (let i = 0; count > 0; count = read.block(1))
    for (; count > 0; count--) list[i++] = read.text();
  return list;
}

/** A map of texts or lists; `__proto__` must not become the prototype. */
function map<Value>(value: () => Value): Record<string, Value> {
  const entries: Record<string, Value> = {};
  for (let count = read.block(2); count > 0; count = read.block(2))
    for (; count > 0; count--) {
      const key = read.key();
      if (key === '__proto__')
        Object.defineProperty(entries, key, {
          value: value(),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      else entries[key] = value();
    }
  return entries;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'] as const;
const STATUSES = ['NEW', 'PAID', 'SHIPPED', 'DELIVERED', 'RETURNED'] as const;

function line(): unknown {
  return {
    sku: read.text(),
    quantity: read.int(),
    price: read.double(),
    discount: read.index(2) === 0 ? null : read.double(),
    tags: texts(),
  };
}

function address(): unknown {
  return {
    name: read.text(),
    street: read.text(),
    city: read.text(),
    zip: read.text(),
    country: read.text(),
    phone: read.index(2) === 0 ? null : read.text(),
  };
}

function payment(): unknown {
  return read.index(2) === 0
    ? { case: 'Card', value: { last4: read.text(), network: read.text(), expires: read.int() } }
    : {
        case: 'Transfer',
        value: { iban: read.text(), reference: read.index(2) === 0 ? null : read.text() },
      };
}

function list<Item>(least: number, item: () => Item): Item[] {
  const items: Item[] = [];
  for (let count = read.block(least); count > 0; count = read.block(least))
    for (; count > 0; count--) items.push(item());
  return items;
}

const BODIES: Readonly<Record<string, () => unknown>> = {
  user_click: () => ({ user_id: read.text(), url: read.text(), timestamp: read.millis() }),
  order: () => ({
    order_id: read.text(),
    customer_id: read.long(),
    placed_at: read.millis(),
    status: STATUSES[read.index(5)],
    lines: list(12, line),
    shipping: address(),
    billing: read.index(2) === 0 ? null : address(),
    payment: payment(),
    attributes: map(read.text),
    note: read.index(2) === 0 ? null : read.text(),
    total: read.double(),
    gift: read.boolean(),
  }),
  telemetry: () => ({
    device: read.text(),
    sequence: read.long(),
    measured_at: read.millis(),
    temperature: read.float(),
    pressure: read.double(),
    humidity: read.float(),
    battery: read.int(),
    acceleration: read.floats(),
    spectrum: read.doubles(),
    counters: read.ints(),
    valid: read.boolean(),
  }),
  tree,
  article: () => ({
    id: read.text(),
    language: read.text(),
    title: read.text(),
    author: read.text(),
    summary: read.text(),
    body: texts(),
    keywords: texts(),
    published_at: read.millis(),
  }),
  access_log: () => ({
    method: METHODS[read.index(6)],
    path: read.text(),
    status: read.int(),
    bytes: read.long(),
    duration_ms: read.int(),
    client_ip: read.text(),
    user_agent: read.text(),
    referer: read.index(2) === 0 ? null : read.text(),
    request_id: read.text(),
    headers: map(read.text),
    query: map(texts),
    at: read.millis(),
  }),
};

/** Shapes whose strings are better cut from one text: as measured. */
const WITH_TEXTS: ReadonlySet<string> = new Set(['user_click', 'order', 'tree', 'access_log']);

/** Of a shape; nothing of those with a hundred fields, which nobody writes by hand. Loaded as a bundle. @public */
export function handWritten(shape: string): HandWritten {
  const body = BODIES[shape];
  const encode = handWrittenEncoder(shape);
  if (body === undefined || encode === undefined) return {};
  const hasTexts = WITH_TEXTS.has(shape);
  const decode = (message: Uint8Array): unknown => {
    read.open(message, hasTexts);
    depth = 0;
    const value = body();
    read.close();
    return value;
  };
  return { decode, encode };
}
