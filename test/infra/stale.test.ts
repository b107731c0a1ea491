/** Contracts that are older than the schemas: synth and `codegen --check` say the same of them. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { InfraError, PipelineStack, type TopicContracts } from '../../infra/index.js';
import type { Json } from '../../runtime/json.js';
import { historyHash, sourceHash } from '../../runtime/source-hash.js';
import { printFormat1 } from '../codegen/history/locks.js';
import { SchemasFolder } from '../codegen/schemas-folder.js';
import { quickApp, userClicks } from './sample-stack.js';

const record = (name: string, ...fields: Json[]): Json => ({ type: 'record', name, fields });
const click = record('shop.Click', { name: 'user', type: 'shop.User' });
const user = record('shop.User', { name: 'id', type: 'long' });
const LOCK = 'lock/clicks-0-value.json';
const TOPICS = Array.from({ length: 8 }, (_, n) => `clicks-${n}`);

let folder: SchemasFolder;
let topics: TopicContracts;

beforeAll(async () => {
  const entry = { value: 'shop.Click', key: 'shop.User' };
  folder = await SchemasFolder.create({
    'tavro.json': { topics: Object.fromEntries(TOPICS.map((name) => [name, entry])) },
    'shop/click.avsc': click,
    'shop/user.avsc': user,
    'shop/unused.avsc': record('shop.Unused'),
  });
  const { code, err } = await folder.run('codegen');
  if (code !== 0) throw new Error(err);
  const contracts = await import(pathToFileURL(join(folder.generated, 'contracts.ts')).href);
  topics = contracts.contracts.topics;
});

afterAll(() => folder.remove());

const isFresh = async () => (await folder.run('codegen', ['--check'])).code === 0;

function wire(schemas: string | false | undefined = folder.schemas) {
  const consumers = { Sample: { ...userClicks(), topic: 'clicks-0' } };
  return new PipelineStack(quickApp(), 'Stale', { topics, consumers, schemas });
}

/** What synth says of the contracts; nothing if it takes them. */
function refusal(schemas?: string): string | undefined {
  try {
    wire(schemas);
    return undefined;
  } catch (error) {
    if (!(error instanceof InfraError)) throw error;
    expect(error.code).toBe('STALE');
    return error.message;
  }
}

/** Edits a file for as long as something is done. Without a text there is no file. */
async function edited<T>(
  path: string,
  edit: (text: string) => string | undefined,
  done: () => Promise<T>,
): Promise<T> {
  const file = join(folder.schemas, path);
  const before = await readFile(file, 'utf8');
  const text = edit(before);
  await (text === undefined ? rm(file) : writeFile(file, text));
  try {
    return await done();
  } finally {
    await writeFile(file, before);
  }
}

const both = async () => ({ isFresh: await isFresh(), refusal: refusal() });
const crlf = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`;

it.each<[string, string, (text: string) => string]>([
  ['nothing', 'shop/click.avsc', (text) => text],
  ['line endings as git checks them out elsewhere', 'shop/click.avsc', crlf],
  ['line endings of the lock', LOCK, crlf],
  ['other blanks', 'shop/click.avsc', (text) => JSON.stringify(JSON.parse(text))],
  ['a comment', 'tavro.json', (text) => `// Owned by the "shop team.\n${text} /* */`],
  [
    'the schema for editors',
    'tavro.json',
    (text) => text.replace('"topics"', '"$schema": "../x.json", "topics"'),
  ],
])('takes contracts after a change of %s', async (_, path, edit) => {
  expect(await edited(path, edit, both)).toEqual({ isFresh: true, refusal: undefined });
});

it.each<[string, string, (text: string) => string | undefined, RegExp]>([
  [
    'a type',
    'shop/click.avsc',
    (text) => text.replace('"shop.User"', '"long"'),
    /^Stale: .*: shop\/click\.avsc has changed \(topics clicks-0, .*\)\. Run `npm run codegen` \(or `npx tavro codegen`/,
  ],
  [
    'a type that another mentions',
    'shop/user.avsc',
    (text) => text.replace('"long"', '"int"'),
    /: shop\/user\.avsc has changed/,
  ],
  [
    'a blank in a documentation',
    'shop/user.avsc',
    (text) => text.replace('"fields"', '"doc": "an user", "fields"'),
    /: shop\/user\.avsc has changed/,
  ],
  [
    'partitions',
    'tavro.json',
    (text) => text.replace('"key"', '"partitions": 6, "key"'),
    /: tavro\.json has changed \(topic clicks-0\)/,
  ],
  [
    'a setting of all topics',
    'tavro.json',
    (text) => text.replace('"topics"', '"longs": "number", "topics"'),
    /: tavro\.json has changed \(topics clicks-0, clicks-1, clicks-2, clicks-3, clicks-4 and 3 more\)/,
  ],
  [
    'an entry that is gone',
    'tavro.json',
    (text) => {
      const { topics: all } = JSON.parse(text);
      delete all['clicks-7'];
      return JSON.stringify({ topics: all });
    },
    /: tavro\.json has changed \(topic clicks-7\)/,
  ],
  [
    'a history, as by pulling or merging',
    LOCK,
    (text) => text.replace('"version": 1', '"version": 7').replace('"draft"', '"released"'),
    /: lock\/clicks-0-value\.json has changed \(topic clicks-0\)/,
  ],
  [
    'a merge that was not finished',
    'lock/clicks-0-key.json',
    (text) => `<<<<<<< HEAD\n${text}`,
    /lock\/clicks-0-key\.json has changed \(topic clicks-0\)/,
  ],
  ['a file taken away', LOCK, () => undefined, /lock\/clicks-0-value\.json is gone/],
])('refuses contracts after a change of %s', async (_, path, edit, message) => {
  const found = await edited(path, edit, both);
  expect(found).toEqual({ isFresh: false, refusal: expect.stringMatching(message) });
  expect(await both()).toEqual({ isFresh: true, refusal: undefined });
});

it('leaves to codegen --check what no function reads', async () => {
  // Ids that come later cost a request; a type of no topic is not deployed.
  const ids = (text: string) => text.replace('"draft"', '"draft", "ids": {"https://r.example": 7}');
  expect(await edited(LOCK, ids, both)).toEqual({ isFresh: false, refusal: undefined });
  const gone = await edited('shop/unused.avsc', () => undefined, both);
  expect(gone).toEqual({ isFresh: false, refusal: undefined });
});

it('takes contracts that were generated when the lock was one file', async () => {
  const current = topics;
  const { subjects } = await folder.lock();
  const [config, text] = [await folder.read('tavro.json'), await folder.read('shop/click.avsc')];
  const hash = (side: 'value' | 'key') => subjects.get(`clicks-0-${side}`)?.versions ?? [];
  const sources = {
    'lock.json': historyHash([hash('value'), hash('key')]),
    'shop/click.avsc': sourceHash(text),
    'tavro.json': sourceHash(config),
  };
  const { 'clicks-0': contract = { partitions: 1 } } = current;
  try {
    topics = { 'clicks-0': { ...contract, sources } };
    expect(refusal()).toMatch(/: lock\.json is gone \(topic clicks-0\)/);
    const file = join(folder.schemas, 'lock.json');
    await writeFile(file, printFormat1({ subjects }));
    expect(refusal()).toBeUndefined();
    await writeFile(file, printFormat1({ subjects }).replaceAll('"version": 1', '"version": 2'));
    expect(refusal()).toMatch(/: lock\.json has changed \(topic clicks-0\)/);
    await rm(file);
  } finally {
    topics = current;
  }
});

it('looks at no schemas only if told so, or if there are none', async () => {
  const elsewhere = join(folder.root, 'elsewhere');
  const unchecked = Match.stringLikeRegexp('nobody checked');
  expect(() => wire(elsewhere)).toThrow(/^Stale: there is no folder .*elsewhere; set `schemas`/);
  Annotations.fromStack(wire(false)).hasNoWarning('/Stale', unchecked);
  await mkdir(elsewhere);
  const before = process.cwd();
  process.chdir(elsewhere);
  try {
    const stack = new PipelineStack(quickApp(), 'Stale', { topics, consumers: {} });
    Annotations.fromStack(stack).hasWarning('/Stale', unchecked);
  } finally {
    process.chdir(before);
  }
});
