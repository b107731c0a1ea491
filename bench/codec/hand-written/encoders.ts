/** Encoders of the benchmark's shapes as one would write them by hand. */
import * as write from './output.js';

export interface Tree {
  label: string;
  weight: number;
  left: Tree | null;
  right: Tree | null;
}

const MAX_DEPTH = 512;
let depth = 0;

function isRecord(value: unknown): void {
  if (typeof value !== 'object' || value === null) throw new TypeError('expected a record');
}

function orNull<Value>(value: Value | null, put: (value: Value) => void): void {
  if (value === null) write.byte(0);
  else {
    write.byte(2);
    put(value);
  }
}

function tree(node: Tree): void {
  if (++depth > MAX_DEPTH) throw new RangeError('too deep');
  isRecord(node);
  write.text(node.label);
  write.int(node.weight);
  child(node.left ?? null);
  child(node.right ?? null);
  depth--;
}

function child(node: Tree | null): void {
  if (node === null) return write.byte(0);
  write.byte(2);
  tree(node);
}

function texts(list: readonly string[]): void {
  const length = write.count(list);
  // Safe, as those below: there are as many.
  for (let i = 0; i < length; i++) write.text(list[i] as string);
  write.end(list, length);
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'];
const STATUSES = ['NEW', 'PAID', 'SHIPPED', 'DELIVERED', 'RETURNED'];

function symbol(value: string, symbols: readonly string[]): void {
  const index = symbols.indexOf(value);
  if (index < 0) throw new TypeError('expected a symbol');
  write.byte(index << 1);
}

interface Line {
  sku: string;
  quantity: number;
  price: number;
  discount: number | null;
  tags: string[];
}

function line(value: Line): void {
  isRecord(value);
  write.text(value.sku);
  write.int(value.quantity);
  write.double(value.price);
  const discount = value.discount ?? null;
  if (discount === null) write.byte(0);
  else {
    write.byte(2);
    write.double(discount);
  }
  texts(value.tags ?? []);
}

interface Address {
  name: string;
  street: string;
  city: string;
  zip: string;
  country: string;
  phone: string | null;
}

function address(value: Address): void {
  isRecord(value);
  write.text(value.name);
  write.text(value.street);
  write.text(value.city);
  write.text(value.zip);
  write.text(value.country);
  textOrNull(value.phone ?? null);
}

function textOrNull(value: string | null): void {
  if (value === null) return write.byte(0);
  write.byte(2);
  write.text(value);
}

type Payment =
  | { case: 'Card'; value: { last4: string; network: string; expires: number } }
  | { case: 'Transfer'; value: { iban: string; reference: string | null } };

function payment(given: Payment): void {
  if (given?.case === 'Card') {
    const { value } = given;
    write.byte(0);
    isRecord(value);
    write.text(value.last4);
    write.text(value.network);
    write.int(value.expires);
  } else if (given?.case === 'Transfer') {
    const { value } = given;
    write.byte(2);
    isRecord(value);
    write.text(value.iban);
    textOrNull(value.reference ?? null);
  } else throw new TypeError('expected Card or Transfer');
}

interface Order {
  order_id: string;
  customer_id: bigint;
  placed_at: Date;
  status: string;
  lines: Line[];
  shipping: Address;
  billing: Address | null;
  payment: Payment;
  attributes: Record<string, string>;
  note: string | null;
  total: number;
  gift: boolean;
}

function order(value: Order): void {
  isRecord(value);
  write.text(value.order_id);
  write.long(value.customer_id);
  write.millis(value.placed_at);
  symbol(value.status, STATUSES);
  const { lines } = value;
  const length = write.count(lines);
  for (let i = 0; i < length; i++) line(lines[i] as Line);
  write.end(lines, length);
  address(value.shipping);
  orNull(value.billing ?? null, address);
  payment(value.payment);
  textMap(value.attributes ?? {});
  textOrNull(value.note ?? null);
  write.double(value.total);
  write.boolean(value.gift ?? false);
}

function textMap(map: Record<string, string>): void {
  for (const key of write.keys(map)) {
    write.text(key);
    write.text(map[key] as string);
  }
  write.byte(0);
}

interface Telemetry {
  device: string;
  sequence: bigint;
  measured_at: Date;
  temperature: number;
  pressure: number;
  humidity: number;
  battery: number;
  acceleration: number[];
  spectrum: number[];
  counters: number[];
  valid: boolean;
}

function telemetry(value: Telemetry): void {
  isRecord(value);
  write.text(value.device);
  write.long(value.sequence);
  write.millis(value.measured_at);
  write.float(value.temperature);
  write.double(value.pressure);
  write.float(value.humidity);
  write.int(value.battery);
  write.numbers(value.acceleration, 4);
  write.numbers(value.spectrum, 8);
  const { counters } = value;
  const length = write.count(counters);
  for (let i = 0; i < length; i++) write.int(counters[i] as number);
  write.end(counters, length);
  write.boolean(value.valid);
}

interface AccessLog {
  method: string;
  path: string;
  status: number;
  bytes: bigint;
  duration_ms: number;
  client_ip: string;
  user_agent: string;
  referer: string | null;
  request_id: string;
  headers: Record<string, string>;
  query: Record<string, string[]>;
  at: Date;
}

function accessLog(value: AccessLog): void {
  isRecord(value);
  symbol(value.method, METHODS);
  write.text(value.path);
  write.int(value.status);
  write.long(value.bytes);
  write.int(value.duration_ms);
  write.text(value.client_ip);
  write.text(value.user_agent);
  textOrNull(value.referer ?? null);
  write.text(value.request_id);
  textMap(value.headers);
  const { query } = value;
  for (const key of write.keys(query)) {
    write.text(key);
    texts(query[key] as string[]);
  }
  write.byte(0);
  write.millis(value.at);
}

interface Article {
  id: string;
  language: string;
  title: string;
  author: string;
  summary: string;
  body: string[];
  keywords: string[];
  published_at: Date;
}

function article(value: Article): void {
  isRecord(value);
  write.text(value.id);
  write.text(value.language);
  write.text(value.title);
  write.text(value.author);
  write.text(value.summary);
  texts(value.body);
  texts(value.keywords);
  write.millis(value.published_at);
}

function userClick(value: { user_id: string; url: string; timestamp: Date }): void {
  isRecord(value);
  write.text(value.user_id);
  write.text(value.url);
  write.millis(value.timestamp);
}

/** A shape's values come from its own generator. */
const BODIES: Readonly<Record<string, (value: never) => void>> = {
  user_click: userClick,
  order,
  telemetry,
  tree,
  article,
  access_log: accessLog,
};

/** What encodes a shape's values by hand; none for those of a hundred fields, which nobody writes so. */
export function handWrittenEncoder(shape: string): ((value: unknown) => Uint8Array) | undefined {
  const body = BODIES[shape];
  return (
    body &&
    ((value) => {
      write.open();
      depth = 0;
      // Safe: the values of the shape.
      body(value as never);
      return write.close();
    })
  );
}
