/** A reader is wired to a topic: the compiler and synth look at what it reads, and when it was made. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { unread } from '../../infra/contract.js';
import {
  InfraError,
  PipelineStack,
  type TopicContract,
  type TopicContracts,
} from '../../infra/index.js';
import type { Json } from '../../runtime/json.js';
import { compile, writeScratch } from '../codegen/generated-project.js';
import { SchemasFolder } from '../codegen/schemas-folder.js';
import { quickApp, userClicks } from './sample-stack.js';

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
const TOPICS = {
  orders: { value: 'shop.Order', compatibility: 'NONE' },
  // The same history, of which only the newest version is left in the topic.
  'orders-compacted': { value: 'shop.Order', compatibility: 'NONE', oldestRetained: 3 },
  clicks: { value: 'shop.Click', key: 'shop.Click' },
};

let folder: SchemasFolder;
let topics: TopicContracts;

beforeAll(async () => {
  folder = await SchemasFolder.create({
    'tavro.json': { topics: TOPICS },
    'shop/click.avsc': record('shop.Click', ID),
  });
  for (const order of ORDERS) {
    await folder.write('shop/order.avsc', order);
    const { code, err } = await folder.run('codegen');
    if (code !== 0) throw new Error(err);
    // All but the last are released, as publishing does.
    if (order !== ORDERS.at(-1)) {
      const lock = await folder.read('lock.json');
      await folder.write('lock.json', JSON.parse(lock.replaceAll('"draft"', '"released"')));
    }
  }
  const contracts = await import(pathToFileURL(join(folder.generated, 'contracts.ts')).href);
  topics = contracts.contracts.topics;
});

afterAll(() => folder.remove());

/** An app that wires one function; `{ … }` is what the compiler is asked about. */
const app = (consumer: string) => `
import { App } from 'aws-cdk-lib';
import { PipelineStack } from 'tavro/infra';
import { contracts } from './contracts.js';
export const stack: PipelineStack<typeof contracts.topics, 'Sample'> = new PipelineStack(new App(), 'Pipeline', {
  topics: contracts.topics,
  consumers: { Sample: { entry: 'handler.ts', ${consumer} } },
});
`;

const subscription = (reader: string) => `
import { KafkaSubscription, type KafkaSubscriptionProps } from 'tavro/infra';
import { Construct } from 'constructs';
import { contracts } from './contracts.js';
declare const rest: Omit<KafkaSubscriptionProps, 'reader'>;
export const made = (scope: Construct) =>
  new KafkaSubscription(scope, 'Clicks', { ...rest, reader: ${reader} });
`;

const orders = "contract: contracts.topics['orders']";
const lacks = (field: string) =>
  `${field}: The reader's field ${field} of shop.Order has no default, and the writer does not have the field.`;

describe('the compiler', () => {
  it('takes readers that read all, and says of others which version and why', async () => {
    const cases = {
      readable: app("topic: 'clicks'"),
      compacted: app("topic: 'orders-compacted'"),
      unknown: app("topic: 'payments'"),
      unreadable: app("topic: 'orders'"),
      newest: subscription(`{ ${orders}, version: 'v3' }`),
      oldest: subscription(`{ ${orders}, version: 'v1' }`),
      missing: subscription(`{ ${orders}, version: 'v9' }`),
    };
    const files = Object.entries(cases).map(([name, text]) => ({ path: `${name}.ts`, text }));
    const contracts = await readFile(join(folder.generated, 'contracts.ts'), 'utf8');
    const scratch = await writeScratch('infra-readers', [
      ...files,
      { path: 'contracts.ts', text: contracts },
    ]);
    const flags = { exactOptionalPropertyTypes: false, isolatedDeclarations: false };
    const lines = await compile(scratch, 'typescript', flags);
    const of = (name: string) => lines.filter((line) => line.startsWith(name)).join('\n');

    expect([of('readable'), of('compacted'), of('oldest'), of('contracts')]).toEqual(
      Array(4).fill(''),
    );
    expect(of('unknown')).toContain(`Type '"payments"' is not assignable`);
    for (const name of ['unreadable', 'newest']) {
      expect(of(name)).toContain(`v3 cannot read v1. ${lacks('note')} ${lacks('count')}`);
      // The compiler cuts long messages off.
      expect(of(name)).toContain("v3 cannot read v2. count: The reader's");
    }
    expect(of('unreadable')).toMatch(/^unreadable\.ts\(7,\d+\): error TS2322: Type '"orders"'/);
    expect(of('missing')).toContain("There is no version v9 of this topic's schema.");
  }, 60_000);
});

function pipeline(contracts: TopicContracts, topic: string, schemas = folder.schemas) {
  // As JavaScript does it: the names are checked by synth alone.
  const consumers = { Sample: { ...userClicks(), topic } };
  return new PipelineStack(quickApp(), 'Readers', { topics: contracts, consumers, schemas });
}

function refusal(make: () => unknown): InfraError {
  try {
    make();
  } catch (error) {
    if (error instanceof InfraError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('synth', () => {
  it('refuses a consumer that cannot read what its topic may hold', () => {
    expect(refusal(() => pipeline(topics, 'orders'))).toMatchObject({
      code: 'READS',
      message: expect.stringMatching(
        /^Readers: the consumer Sample cannot read what the topic 'orders' may hold: v3 cannot read v1\. .* v3 cannot read v2\. .*oldestRetained/,
      ),
    });
    expect(pipeline(topics, 'orders-compacted')).toBeInstanceOf(PipelineStack);
  });

  it('knows versions by name, and says which is none', () => {
    const contract: TopicContract = topics.orders ?? { partitions: 0 };
    expect(unread(contract, 'v1')).toEqual([]);
    expect(unread(contract, 'v2')).toEqual([expect.stringMatching(/^v2 cannot read v1\./)]);
    expect(unread(contract, 'v9')).toEqual(["There is no version v9 of this topic's schema."]);
    expect(unread({ partitions: 1 })).toEqual([]);
  });

  it('refuses contracts of other schemas than those that are there', async () => {
    const file = join(folder.schemas, 'shop/click.avsc');
    const text = await readFile(file, 'utf8');
    const wire = () => pipeline(topics, 'clicks');
    // As git checks it out elsewhere.
    await writeFile(file, `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    expect(wire()).toBeInstanceOf(PipelineStack);
    expect((await folder.run('codegen', ['--check'])).code).toBe(0);
    await writeFile(file, text.replace('"long"', '"int"'));
    const error = refusal(wire);
    await writeFile(file, text);
    expect(error.code).toBe('STALE');
    expect(error.message).toMatch(
      /shop\/click\.avsc has changed \(topic 'clicks'\)\. Run `npx tavro codegen`/,
    );
    expect(wire()).toBeInstanceOf(PipelineStack);
  });

  it('agrees with codegen --check on what is stale', async () => {
    const config = await folder.read('tavro.json');
    const changed = { topics: { ...TOPICS, clicks: { ...TOPICS.clicks, partitions: 6 } } };
    await folder.write('tavro.json', changed);
    const check = await folder.run('codegen', ['--check']);
    const error = refusal(() => pipeline(topics, 'clicks'));
    await folder.write('tavro.json', JSON.parse(config));
    expect(check.code).toBe(100);
    expect(error.message).toContain('tavro.json has changed');
    expect((await folder.run('codegen', ['--check'])).code).toBe(0);
  });

  it('warns where there are no schemas to compare with', () => {
    const stack = pipeline(topics, 'clicks', join(folder.root, 'elsewhere'));
    Annotations.fromStack(stack).hasWarning(
      '/Readers',
      Match.stringLikeRegexp('no folder .*elsewhere'),
    );
  });
});
