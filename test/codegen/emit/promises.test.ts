/** What the generated types promise, each proven by compiling code that keeps or breaks the promise. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { FileText } from '../../../codegen/emit/file.js';
import { generateFiles } from '../../../codegen/emit/generate.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { parseConfig } from '../../../codegen/project/config/config.js';
import { buildProject } from '../../../codegen/project/load.js';
import { compile, writeScratch } from '../generated-project.js';

const SCHEMA = {
  type: 'record',
  name: 'acme.Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'page', type: 'long' },
    { name: 'version', type: 'int', default: 1 },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'coupon', type: ['null', 'string'] },
    { name: 'status', type: { type: 'enum', name: 'Status', symbols: ['OPEN', 'DONE'] } },
    {
      name: 'method',
      type: [
        { type: 'record', name: 'Card', fields: [{ name: 'number', type: 'string' }] },
        { type: 'record', name: 'Iban', fields: [{ name: 'iban', type: 'string' }] },
      ],
    },
    { name: 'reference', type: ['null', 'int', 'string'] },
    { name: 'labels', type: { type: 'map', values: 'string' } },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'when', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 2 } },
    { name: 'parent', type: ['null', 'Order'], default: null },
  ],
} as const;

const CONFIG = {
  topics: {
    orders: { value: 'acme.Order', key: 'string' },
    'orders-by-hash': { value: 'acme.Order', key: 'acme.Hash' },
    statuses: { value: 'acme.Status', key: 'none' },
  },
  longs: { default: 'bigint', fields: { 'acme.Order.page': 'number' } },
};

/** Everything that has no default. */
const NEEDED = `{
  id: 1n, page: 1, coupon: null, status: 'OPEN', method: { case: 'Card', value: { number: '4' } },
  reference: 7, labels: {}, tags: [], when: new Date(), price: '1.00', hash: new Uint8Array(2),
}`;

interface Promised {
  readonly promise: string;
  /** Statements after the imports below. */
  readonly code: string;
  /** `TS code@line` (or `TS6 code|TS7 code@line`) of each diagnostic, lines counting from 1 within `code`; none when it compiles. */
  readonly errors?: readonly string[];
}

const IMPORTS = `import { type Order, OrderCodec, type OrderInput } from '../acme/Order.js';
import { Status } from '../acme/Status.js';
import { orders, ordersByHash, statuses } from '../topics.js';
import type { KeyInputOf, KeyOf, ReadOf, Topic, WriteOf } from 'tavro/runtime';
declare const order: Order;
declare function assertNever(never: never): never;
export const used: unknown[] = [OrderCodec, Status, orders, ordersByHash, statuses, order, assertNever];
export type Used = [OrderInput, Topic<Order>, KeyOf<'string'>, KeyInputOf<'string'>, ReadOf<typeof OrderCodec>, WriteOf<typeof OrderCodec>];
export const needed: OrderInput = ${NEEDED.replace(/\n/g, '')};
`;

const PROMISES: readonly Promised[] = [
  { promise: 'fields with a default may be left out', code: 'OrderCodec.encode(needed);' },
  {
    promise: 'fields with a default may be given as undefined',
    code: 'OrderCodec.encode({ ...needed, version: undefined, note: undefined, parent: undefined });',
  },
  {
    promise: 'a nullable field without a default must be given',
    code: 'const { coupon: _coupon, ...rest } = needed;\nOrderCodec.encode(rest);',
    errors: ['TS2345|TS2741@2'],
  },
  {
    promise: 'what is read can be written',
    code: 'OrderCodec.encode(order);\nexport const input: OrderInput = order;',
  },
  {
    promise: 'what is read has every field',
    code: 'export const version: number = order.version;\nexport const note: string | null = order.note;',
  },
  {
    promise: 'what is written need not have every field',
    code: 'export const v: number = needed.version;',
    errors: ['TS2322@1'],
  },
  {
    promise: 'a long is no number',
    code: 'OrderCodec.encode({ ...needed, id: 1 });',
    errors: ['TS2322@1'],
  },
  { promise: 'a long reads as bigint', code: 'export const id: bigint = order.id;' },
  {
    promise: 'a field whose long is a number takes no bigint',
    code: 'export const page: number = order.page;\nOrderCodec.encode({ ...needed, page: 1n });',
    errors: ['TS2322@2'],
  },
  {
    promise: 'an unknown symbol is refused',
    code: "OrderCodec.encode({ ...needed, status: 'CLOSED' });",
    errors: ['TS2322@1'],
  },
  {
    promise: 'any string is no symbol',
    code: 'OrderCodec.encode({ ...needed, status: String() });',
    errors: ['TS2322@1'],
  },
  {
    promise: 'symbols have constants that cannot change',
    code: "const status: 'DONE' = Status.DONE;\nStatus.DONE = status;\nexport const none: string = Status.CLOSED;",
    errors: ['TS2540@2', 'TS2339@3'],
  },
  {
    promise: 'a switch over symbols is exhaustive',
    code: "switch (order.status) {\n  case 'OPEN':\n  case 'DONE':\n    break;\n  default:\n    assertNever(order.status);\n}",
  },
  {
    promise: 'a forgotten symbol is found',
    code: "switch (order.status) {\n  case 'OPEN':\n    break;\n  default:\n    assertNever(order.status);\n}",
    errors: ['TS2345@5'],
  },
  {
    promise: 'a union of records narrows in a switch',
    code: "switch (order.method.case) {\n  case 'Card':\n    order.method.value.number.length;\n    break;\n  case 'Iban':\n    order.method.value.iban.length;\n    break;\n  default:\n    assertNever(order.method);\n}",
  },
  {
    promise: 'a branch has its own fields only',
    code: "if (order.method.case === 'Card') order.method.value.iban.length;",
    errors: ['TS2339@1'],
  },
  {
    promise: 'a branch without its case is refused',
    code: "OrderCodec.encode({ ...needed, method: { number: '4' } });",
    errors: ['TS2353@1'],
  },
  {
    promise: 'a branch with the value of another is refused',
    code: "OrderCodec.encode({ ...needed, method: { case: 'Card', value: { iban: '4' } } });",
    errors: ['TS2322|TS2353@1'],
  },
  {
    promise: 'a self-evident union narrows by typeof',
    code: "if (order.reference === null) assertNever;\nelse if (typeof order.reference === 'number') order.reference.toFixed();\nelse order.reference.length;",
  },
  {
    promise: 'a self-evident union is no string alone',
    code: 'order.reference.length;',
    errors: ['TS18047@1', 'TS2339@1'],
  },
  { promise: 'null must be looked for', code: 'order.note.length;', errors: ['TS18047@1'] },
  {
    promise: 'inputs are readonly, so frozen and shared values are taken',
    code: "const tags: readonly string[] = ['a'];\nconst labels: Readonly<Record<string, string>> = {};\nOrderCodec.encode(Object.freeze({ ...needed, tags, labels }));\nneeded.id = 2n;",
    errors: ['TS2540@4'],
  },
  {
    promise: "what is read is one's own to change",
    code: "order.tags.push('a');\norder.id = 2n;\norder.labels.a = 'b';",
  },
  {
    promise: 'an entry of a map may be missing',
    code: 'export const length: number = order.labels.a.length;',
    errors: ['TS18048@1'],
  },
  {
    promise: 'an unknown field is refused',
    code: 'OrderCodec.encode({ ...needed, colour: 1 });',
    errors: ['TS2353@1'],
  },
  {
    promise: 'a logical type is what it says',
    code: 'export const ms: number = order.when.getTime();\nexport const price: string = order.price;',
  },
  {
    promise: 'a timestamp is no number',
    code: 'OrderCodec.encode({ ...needed, when: Date.now() });',
    errors: ['TS2322@1'],
  },
  {
    promise: 'a decimal is no number',
    code: 'OrderCodec.encode({ ...needed, price: 1 });',
    errors: ['TS2322@1'],
  },
  {
    promise: 'bytes are Uint8Array, so a Buffer will do',
    code: 'OrderCodec.encode({ ...needed, hash: Buffer.alloc(2) });',
  },
  {
    promise: 'bytes are no string',
    code: "OrderCodec.encode({ ...needed, hash: 'ab' });",
    errors: ['TS2322@1'],
  },
  {
    promise: 'a recursive type is typed at every level',
    code: 'export const id: bigint | undefined = order.parent?.parent?.id;\nexport const bad: string | undefined = order.parent?.parent?.id;',
    errors: ['TS2322@2'],
  },
  {
    promise: 'a topic knows what it carries',
    code: "const topic: Topic<Order, OrderInput, 'string'> = orders;\nexport const id: bigint = topic.value.decode(new Uint8Array()).id;\nstatuses.value.encode('CLOSED');",
    errors: ['TS2345@3'],
  },
  {
    promise: 'a topic knows its key',
    code: "export const a: KeyInputOf<(typeof orders)['key']> = 'key';\nexport const b: KeyInputOf<(typeof ordersByHash)['key']> = new Uint8Array(2);\nexport const c: KeyInputOf<(typeof ordersByHash)['key']> = 'key';\nexport const d: KeyOf<(typeof orders)['key']> = 7;",
    errors: ['TS2322@3', 'TS2322@4'],
  },
  {
    promise: 'codecs give their types away',
    code: 'export const read: ReadOf<typeof OrderCodec> = order;\nexport const write: WriteOf<typeof OrderCodec> = needed;\nexport const bad: ReadOf<typeof OrderCodec> = needed;',
    errors: ['TS2322@3'],
  },
  {
    promise: 'nothing is any',
    code: 'type IsAny<T> = 0 extends 1 & T ? true : false;\nexport const is: { [K in keyof Order]: IsAny<Order[K]> } = {} as { [K in keyof Order]: false };\nexport const not: { [K in keyof OrderInput]-?: IsAny<OrderInput[K]> } = {} as { [K in keyof OrderInput]-?: false };',
  },
];

function project(config: unknown): FileText[] {
  const {
    model,
    topics,
    config: parsed,
    errors,
  } = buildProject({
    config: parseConfig(new SourceText('tavro.json', JSON.stringify(config))),
    lock: { subjects: new Map() },
    sources: [new SourceText('order.avsc', JSON.stringify(SCHEMA))],
  });
  expect(errors).toEqual([]);
  return generateFiles(model, topics, parsed.emit);
}

/** `TS2322@3` by file: what the compiler says, its lines counted within each snippet. */
async function diagnostics(folder: string, compiler: string): Promise<Map<string, string[]>> {
  const skipped = IMPORTS.split('\n').length - 1;
  const found = new Map<string, string[]>();
  for (const line of await compile(folder, compiler)) {
    const match = /^(.+?)\((\d+),\d+\): error (TS\d+):/.exec(line);
    if (match === null) continue; // Further lines of the message above.
    const [, file = '', at = '', code = ''] = match;
    found.set(file, [...(found.get(file) ?? []), `${code}@${Number(at) - skipped}`]);
  }
  return found;
}

/** The compilers word some refusals differently: `TS6 code|TS7 code@line`. */
function forCompiler(error: string, compiler: string): string {
  const [six = '', seven] = error.split('|');
  if (seven === undefined) return six;
  return compiler === 'typescript' ? seven : `${six}@${seven.split('@')[1]}`;
}

describe.each(['typescript', 'typescript-6'])('with %s', (compiler) => {
  it('keeps each promise', async () => {
    const snippets = PROMISES.map(({ code }, i) => ({
      path: `snippets/s${i}.ts`,
      text: IMPORTS + code,
    }));
    const folder = await writeScratch(`promises-${compiler}`, [...project(CONFIG), ...snippets]);
    const found = await diagnostics(folder, compiler);
    const actual = PROMISES.map(({ promise }, i) => ({
      promise,
      errors: found.get(`snippets/s${i}.ts`) ?? [],
    }));
    const expected = PROMISES.map(({ promise, errors = [] }) => ({
      promise,
      errors: errors.map((error) => forCompiler(error, compiler)),
    }));
    expect(actual).toEqual(expected);
    // Nothing is wrong outside the snippets.
    expect([...found.keys()].filter((file) => !file.startsWith('snippets/'))).toEqual([]);
  }, 120_000);

  it('makes longs numbers where the project says so', async () => {
    const code = 'export const id: number = order.id;\nOrderCodec.encode({ ...needed, id: 1n });';
    const folder = await writeScratch(`promises-number-${compiler}`, [
      ...project({
        ...CONFIG,
        longs: { default: 'number', fields: { 'acme.Order.page': 'bigint' } },
      }),
      { path: 'snippets/s.ts', text: IMPORTS.replace('id: 1n, page: 1', 'id: 1, page: 1n') + code },
    ]);
    expect([...(await diagnostics(folder, compiler))]).toEqual([['snippets/s.ts', ['TS2322@2']]]);
  });
});

it('tests the compilers that it says', async () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const versions = ['typescript', 'typescript-6'].map(async (name) => {
    const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8');
    const { version }: { version: string } = JSON.parse(text);
    return version.split('.')[0];
  });
  expect(await Promise.all(versions)).toEqual(['7', '6']);
});
