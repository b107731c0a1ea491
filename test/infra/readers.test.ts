/** A reader is wired to a topic: the compiler and synth look at what it reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unread } from '../../infra/contract.js';
import { PipelineStack, type ReaderVersions, type TopicContracts } from '../../infra/index.js';
import type { Json } from '../../runtime/json.js';
import { SchemasFolder } from '../codegen/schemas-folder.js';
import { blocksOf, patternOf } from '../docs/blocks.js';
import { contracts as contractsBefore } from './earlier-contracts.js';
import { refusal } from './refusal.js';
import { quickApp, userClicks } from './sample-stack.js';
import { app, type Compiled, compiled, subscription } from './wired.js';

const record = (name: string, ...fields: Json[]): Json => ({ type: 'record', name, fields });
const ID = { name: 'id', type: 'long' };
const NOTE = { name: 'note', type: 'string' };
const COUNT = { name: 'count', type: 'int' };

/** Version 2 cannot read version 1, and version 3 neither of them; nothing checks it (NONE). */
const ORDERS = [
  record('shop.Order', ID),
  record('shop.Order', ID, NOTE),
  record('shop.Order', ID, NOTE, COUNT),
];
/** The same of a type that is a key: version 2 cannot read version 1. */
const KEYS = [record('shop.Key', ID), record('shop.Key', ID, NOTE), record('shop.Key', ID, NOTE)];
const topicsAt = (newest: number) => ({
  orders: { value: 'shop.Order', compatibility: 'NONE' },
  // The same history, of which only the newest version is left in the topic.
  'orders-compacted': { value: 'shop.Order', compatibility: 'NONE', oldestRetained: newest },
  keyed: { value: 'shop.Click', key: 'shop.Key', compatibility: 'NONE' },
  clicks: { value: 'shop.Click', key: 'shop.Click' },
  // More topics than the compiler shows of a union.
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [
      `archive-${n}`,
      { value: 'shop.Order', compatibility: 'NONE' },
    ]),
  ),
});

let folder: SchemasFolder;
let topics: TopicContracts;

beforeAll(async () => {
  folder = await SchemasFolder.create({
    'shop/click.avsc': record('shop.Click', ID),
  });
  for (const [n, order] of ORDERS.entries()) {
    await folder.write('tavro.json', { topics: topicsAt(n + 1) });
    await folder.write('shop/order.avsc', order);
    await folder.write('shop/key.avsc', KEYS[n] ?? null);
    const { code, err } = await folder.run('codegen');
    if (code !== 0) throw new Error(err);
    // All but the last are released, as publishing does.
    if (order !== ORDERS.at(-1)) {
      await folder.release();
    }
  }
  const contracts = await import(pathToFileURL(join(folder.generated, 'contracts.ts')).href);
  topics = contracts.contracts.topics;
});

afterAll(() => folder.remove());

/** The same app with the contracts of the topics that it has, and no others. */
const single = (text: string) =>
  text.replace(
    "import { contracts } from './contracts.js';",
    "import { clicksContract as clicks } from './contracts/clicks.js'; import { ordersContract as orders } from './contracts/orders.js'; const contracts = { topics: { clicks, orders } };",
  );

/** The same app with contracts of an earlier version, where its line must be the same. */
const earlier = (text: string) => text.replace('./contracts.js', './earlier-contracts.js');

/** What the README says that the compiler says; the words of a rule are the rule's. */
function saidInReadme(): RegExp {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const said = blocksOf('README.md', readme).filter(({ text }) => text.includes('TS2322'));
  expect(said).toHaveLength(1);
  const [, message = ''] = said[0]?.text.replaceAll('\n', ' ').split('error TS2322: ') ?? [];
  return patternOf(message.replace(/The reader's field .* the field\./, '…'));
}

/** What compiles, and what does not: a line of the file, and what is said of it. */
const COMPILED: Readonly<Record<string, Compiled>> = {
  readable: [app("topic: 'clicks'")],
  compacted: [app("topic: 'orders-compacted'")],
  'old-code': [app("topic: 'orders'", "reads: 'v1'")],
  'old-key': [app("topic: 'keyed'", "readsKey: 'v1'")],
  'old-code-too-old': [
    app("topic: 'orders'", "reads: 'v2'"),
    9,
    /^Type '"v2"' is not assignable to type '"refused: v2 cannot read v1\. note: The reader's field note of shop\.Order has no default, and the writer does not have the field\."'/,
  ],
  unreadable: [app("topic: 'orders'"), 8, saidInReadme()],
  'unreadable-key': [
    app("topic: 'keyed'"),
    8,
    /^Type '"keyed"' is not assignable to type '"refused: keys: v2 cannot read v1\. note: .*/,
  ],
  'no-topic': [
    app("topic: 'payments'"),
    8,
    /^Type '"payments"' is not assignable to type '.*"archive-0" \| .* more /,
  ],
  'no-version': [
    app("topic: 'orders'", "reads: 'v9'"),
    9,
    /^Type '"v9"' is not assignable to type '("v[123]" \| ){2}"v[123]"/,
  ],
  'no-property': [
    app("topic: 'clicks'", 'bachSize: 3'),
    9,
    /'bachSize' .*mean to write 'batchSize'/,
  ],
  single: [single(app("topic: 'clicks'"))],
  'single-old-code': [single(app("topic: 'orders'", "reads: 'v1'"))],
  'single-unreadable': [
    single(app("topic: 'orders'")),
    8,
    /"refused: v3 cannot read v1, v2\. v1: /,
  ],
  'single-no-topic': [
    single(app("topic: 'keyed'")),
    8,
    / type '"(clicks|orders)" \| "(clicks|orders)"'/,
  ],
  'older-code': [app("topic: 'orders-compacted'", "reads: 'v1'")],
  'older-no-version': [
    app("topic: 'orders-compacted'", "reads: 'v4'"),
    9,
    /("v[123]" \| ){2}"v[123]"/,
  ],
  'earlier-readable': [earlier(app("topic: 'clicks'"))],
  'earlier-older': [earlier(app("topic: 'orders-compacted'", "reads: 'v1'"))],
  'earlier-unreadable': [
    earlier(app("topic: 'orders'")),
    8,
    /^Type '"orders"' is not assignable to type '"refused: v3 cannot read v1, v2\. v1: note: .* count: .*/,
  ],
  'earlier-no-version': [
    earlier(app("topic: 'orders'", "reads: 'v9'")),
    9,
    /^Type '"v9"' is not assignable to type '("v[123]" \| ){2}"v[123]"/,
  ],
  'mapping-readable': [subscription('clicks')],
  'mapping-old-code': [subscription('orders', ", reads: 'v1'")],
  'mapping-too-old': [subscription('orders', ", reads: 'v2'"), 8, /refused: v2 cannot read v1\./],
  'mapping-unreadable': [subscription('orders'), 8, /"refused: v3 cannot read v1, v2\. v1: note: /],
};

/** Compiles if the compiler's text, which it cuts off in messages, is that of synth. */
const sameText = () => `
import type { ReadableTopic } from 'tavro/infra';
import { contracts } from './contracts.js';
export const told: ReadableTopic<typeof contracts.topics, 'orders', unknown, unknown> =
  ${JSON.stringify(`refused: ${unread(topics.orders ?? { partitions: 0 }).join()}`)};
`;

describe('the compiler', () => {
  it.each(['typescript', 'typescript-6'])(
    'takes readers that read all, and says of others which version and why: %s',
    async (compiler) => {
      const { found, expected } = await compiled(`infra-readers-${compiler}`, {
        compiler,
        texts: { ...COMPILED, 'as-synth': [sameText()] },
        beside: [
          join(import.meta.dirname, 'earlier-contracts.ts'),
          join(folder.generated, 'contracts.ts'),
          join(folder.generated, 'contracts'),
        ],
      });
      expect(found).toEqual(expected);
    },
  );
});

function pipeline(topic: string) {
  // As JavaScript does it: the names are checked by synth alone.
  const consumers = { Sample: { ...userClicks(), topic } };
  return new PipelineStack(quickApp(), 'Readers', { topics, consumers, schemas: false });
}

describe('synth', () => {
  it('refuses a consumer that cannot read what its topic may hold', () => {
    expect(refusal(() => pipeline('orders'))).toMatchObject({
      code: 'READS',
      message: expect.stringMatching(
        /^Readers\/SampleSubscription: the function cannot read what the topic 'orders' may hold: v3 cannot read v1, v2\. v1: note: .* v2: count: .*oldestRetained/,
      ),
    });
    expect(pipeline('orders-compacted')).toBeInstanceOf(PipelineStack);
  });

  it.each<[string, ReaderVersions, readonly unknown[]]>([
    ['orders', {}, [expect.stringMatching(/^v3 cannot read v1, v2\. v1: note: .* v2: count: /)]],
    ['orders', { reads: 'v1' }, []],
    ['orders', { reads: 'v2' }, [expect.stringMatching(/^v2 cannot read v1\. note: /)]],
    ['orders', { reads: 'v9' }, ['there is no version v9, only v1, v2, v3.']],
    ['orders-compacted', {}, []],
    ['keyed', {}, [expect.stringMatching(/^keys: v2 cannot read v1\. note: /)]],
    ['keyed', { readsKey: 'v1' }, []],
    ['orders-compacted', { reads: 'v1' }, []],
    ['orders-compacted', { reads: 'v9' }, ['there is no version v9, only v1, v2, v3.']],
    [
      'orders',
      { reads: 'constructor' },
      [expect.stringMatching(/^there is no version constructor/)],
    ],
  ])('looks at %s as %j reads it', (topic, versions, reasons) => {
    expect(unread(topics[topic] ?? { partitions: 0 }, versions)).toEqual(reasons);
    // Contracts of an earlier version are judged by the same words.
    const before: TopicContracts = contractsBefore.topics;
    expect(unread(before[topic] ?? { partitions: 0 }, versions)).toEqual(reasons);
  });

  it('says nothing where nothing is known', () => {
    expect(unread({ partitions: 1 })).toEqual([]);
  });
});
