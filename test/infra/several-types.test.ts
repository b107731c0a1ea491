/** Topics whose values are of several types: what the compiler and synth say of who reads them. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { lockPath } from '../../codegen/history/lock.js';
import { unread } from '../../infra/contract.js';
import {
  type ConsumerDefinition,
  InfraError,
  PipelineStack,
  type ReaderVersions,
  type TopicContract,
  type TopicContracts,
} from '../../infra/index.js';
import { historyHash } from '../../runtime/source-hash.js';
import { printFormat1 } from '../codegen/history/locks.js';
import type { SchemasFolder } from '../codegen/schemas-folder.js';
import { quickApp, userClicks } from './sample-stack.js';
import { severalTypes } from './several-types.js';
import { app, type Compiled, compiled, subscription } from './wired.js';

let folder: SchemasFolder;
let topics: TopicContracts;

beforeAll(async () => {
  folder = await severalTypes();
  const { contracts } = await import(pathToFileURL(join(folder.generated, 'contracts.ts')).href);
  topics = contracts.topics;
});

afterAll(() => folder.remove());

const TYPES_OF_CREATED =
  /'ev\.Created'\?: ("v[123]" \| ){3}undefined; readonly 'ev\.Moved'\?: "v1" \| undefined; }'\.$/;

const defined = (topic: string) => `
import type { ConsumerDefinition } from 'tavro/infra';
declare const defined: ConsumerDefinition<'${topic}'>;
${app('topic: defined.topic', 'reads: defined.reads')}`;

const COMPILED: Readonly<Record<string, Compiled>> = {
  readable: [app("topic: 'compacted'")],
  'old-code': [app("topic: 'created'", "reads: { 'ev.Created': 'v1' }")],
  'old-code-of-two': [
    app("topic: 'events'", "reads: { 'ev.Created': 'v1', 'ev.Deleted': 'v1', 'ev.Moved': 'v1' }"),
  ],
  'older-code': [app("topic: 'compacted'", "reads: { 'ev.Created': 'v2' }")],
  'not-given': [app("topic: 'compacted'", "reads: { 'ev.Created': undefined }")],
  // Of texts the compiler does not know, synth judges.
  'any-version': [app("topic: 'created'", "reads: { 'ev.Created': process.argv[0] ?? '' }")],
  'any-versions': [
    app("topic: 'created'", 'reads: Object({}) as Readonly<Record<string, string>>'),
  ],
  'any-definition': [defined('compacted')],
  'any-single-definition': [defined('clicks')],
  'old-key': [app("topic: 'keyed'", "readsKey: 'v1'")],
  'odd-name': [app("topic: 'odd'", "reads: { constructor: 'v1' }")],
  union: [app("topic: 'union'", "reads: 'v1'")],
  unreadable: [
    app("topic: 'created'"),
    8,
    /^Type '"created"' is not assignable to type '"refused: ev\.Created: v3 cannot read v1, v2\. v1: note: .* v2: count: .*/,
  ],
  'unreadable-two': [
    app("topic: 'both'"),
    8,
    /^Type '"both"' is not .* '"refused: ([\w.]+): v2 cannot read v1\..*" \| "refused: (?!\1)[\w.]+: v2 cannot read v1\./,
  ],
  'unreadable-long': [
    app("topic: 'events'"),
    8,
    /"refused: ev\.\w+: v\d cannot read v1.*\.\.\.'\.$/,
  ],
  'unreadable-other': [
    app("topic: 'events'", "reads: { 'ev.Created': 'v1' }"),
    8,
    /^Type '"events"' is not assignable to type '"refused: ev\.Deleted: v2 cannot read v1\. note: [^|]*"'\.$/,
  ],
  'unreadable-named': [
    app("topic: 'named'"),
    8,
    /"refused: ev\.Deleted: v2 cannot read v1\. note: /,
  ],
  'unreadable-key': [app("topic: 'keyed'"), 8, /"refused: keys: v2 cannot read v1\. count: /],
  'unreadable-odd': [app("topic: 'odd'"), 8, /"refused: constructor: v2 cannot read v1\. note: /],
  'unreadable-union': [app("topic: 'union'"), 8, /"refused: v3 cannot read v1, v2\. /],
  'too-old': [
    app("topic: 'created'", "reads: { 'ev.Created': 'v2' }"),
    9,
    /^Type '"v2"' is not assignable to type '"refused: v2 cannot read v1\. note: /,
  ],
  'no-version': [
    app("topic: 'created'", "reads: { 'ev.Created': 'v9' }"),
    9,
    /^Type '"v9"' is not assignable to type '("v[123]" \| ){3}undefined'/,
  ],
  'no-type': [
    app("topic: 'compacted'", "reads: { 'ev.Craeted': 'v1' }"),
    9,
    /^Object literal may only specify .* ''ev\.Craeted'' does not exist in type '{ readonly 'ev\.Created'\?: /,
  ],
  'no-table': [app("topic: 'created'", "reads: 'v1'"), 9, TYPES_OF_CREATED],
  'no-types': [
    app("topic: 'clicks'", "reads: { 'ev.Moved': 'v1' }"),
    9,
    /^Type '{ 'ev\.Moved': string; }' is not assignable to type '"v1"'\.$/,
  ],
  'mapping-readable': [subscription('compacted')],
  'mapping-old-code': [subscription('created', ", reads: { 'ev.Created': 'v1' }")],
  'mapping-too-old': [
    subscription('created', ", reads: { 'ev.Created': 'v2' }"),
    8,
    /refused: v2 cannot read v1\./,
  ],
  'mapping-unreadable': [
    subscription('created'),
    8,
    /"refused: ev\.Created: v3 cannot read v1, v2\. /,
  ],
  'mapping-no-table': [subscription('created', ", reads: 'v1'"), 8, TYPES_OF_CREATED],
};

/** Compiles if the compiler's text, which it cuts off in messages, is that of synth. */
const sameText = () => `
import type { ReadableTopic } from 'tavro/infra';
import { contracts } from './contracts.js';
export const told: readonly ReadableTopic<typeof contracts.topics, 'events', unknown, unknown>[] =
  ${JSON.stringify(reasonsOf('events').map((reason) => `refused: ${reason}`))};
`;

describe('the compiler', () => {
  it.each(['typescript', 'typescript-6'])(
    'says which type of a topic cannot be read, in which versions and why: %s',
    async (compiler) => {
      const { found, expected } = await compiled(`infra-several-types-${compiler}`, {
        compiler,
        texts: { ...COMPILED, 'as-synth': [sameText()] },
        beside: [join(folder.generated, 'contracts.ts'), join(folder.generated, 'contracts')],
      });
      expect(found).toEqual(expected);
    },
  );
});

const reasonsOf = (topic: string, versions?: ReaderVersions) =>
  unread(topics[topic] ?? { partitions: 0 }, versions);

const pipeline = (
  definition: Partial<ConsumerDefinition<string>>,
  schemas: string | false = false,
) =>
  // As JavaScript does it: the names are checked by synth alone.
  new PipelineStack(quickApp(), 'Several', {
    topics,
    consumers: { Sample: { ...userClicks(), topic: 'clicks', ...definition } },
    schemas,
  });

const message = (text: RegExp) => expect.stringMatching(text);

describe('synth', () => {
  it.each<[string, ReaderVersions, readonly unknown[]]>([
    ['created', {}, [message(/^ev\.Created: v3 cannot read v1, v2\. v1: note: .* v2: count: /)]],
    ['created', { reads: { 'ev.Created': 'v1' } }, []],
    ['created', { reads: { 'ev.Created': 'v2' } }, [message(/^ev\.Created: v2 cannot read v1\. /)]],
    ['created', { reads: { 'ev.Created': 'v1', 'ev.Moved': undefined } }, []],
    [
      'created',
      { reads: { 'ev.Created': 'v9' } },
      ['ev.Created: there is no version v9, only v1, v2, v3.'],
    ],
    [
      'created',
      { reads: { 'ev.Created': 'v1', 'ev.Craeted': 'v1', toString: 'v1' } },
      [
        'there is no type ev.Craeted, only ev.Created, ev.Moved.',
        'there is no type toString, only ev.Created, ev.Moved.',
      ],
    ],
    [
      'created',
      { reads: 'v1' },
      ["values are of several types: of which is v1? Say { '<full name>': 'v1' }."],
    ],
    [
      'events',
      {},
      [
        message(/^ev\.Created: v3 cannot read v1, v2\. /),
        message(/^ev\.Deleted: v2 cannot read v1\. /),
      ],
    ],
    ['events', { reads: { 'ev.Created': 'v1' } }, [message(/^ev\.Deleted: v2 cannot read v1\. /)]],
    ['events', { reads: { 'ev.Created': 'v1', 'ev.Deleted': 'v1' } }, []],
    ['keyed', {}, [message(/^keys: v2 cannot read v1\. count: /)]],
    ['keyed', { readsKey: 'v1' }, []],
    ['odd', {}, [message(/^constructor: v2 cannot read v1\. /)]],
    ['odd', { reads: { 'ev.Moved': 'v1' } }, [message(/^constructor: v2 cannot read v1\. /)]],
    ['odd', { reads: { constructor: 'v1' } }, []],
    ['compacted', {}, []],
    ['compacted', { reads: { 'ev.Created': 'v1' } }, []],
    ['union', {}, [message(/^v3 cannot read v1, v2\. /)]],
    ['union', { reads: 'v1' }, []],
    ['clicks', { reads: { 'ev.Moved': 'v1' } }, [message(/^values are of one schema/)]],
  ])('looks at %s as %j reads it', (topic, versions, reasons) => {
    expect(reasonsOf(topic, versions)).toEqual(reasons);
  });

  it('refuses a consumer that cannot read a type of its topic', () => {
    const refused =
      /'events' may hold: ev\.Created: v3 cannot .* ev\.Deleted: v2 cannot read v1\. /;
    expect(refusal(() => pipeline({ topic: 'events' }))).toMatchObject({
      code: 'READS',
      message: message(refused),
    });
    const reads = { 'ev.Created': 'v1', 'ev.Deleted': 'v1' };
    expect(pipeline({ topic: 'events', reads })).toBeInstanceOf(PipelineStack);
  });

  it('deploys the topic as any other', () => {
    const of = (contract: Partial<TopicContract>) => {
      const all = { 'user-clicks-avro': { partitions: 3, ...contract } };
      const consumers = { Sample: userClicks() };
      return Template.fromStack(
        new PipelineStack(quickApp(), 'Same', { topics: all, consumers, schemas: false }),
      ).toJSON();
    };
    expect(of({ types: topics.compacted?.types, key: 'bytes' })).toEqual(of({}));
  });

  it('takes as stale what changed in any of the types', async () => {
    const stale = () => refusal(() => pipeline({}, folder.schemas))?.message;
    expect(stale()).toBeUndefined();
    const edits: readonly [path: string, from: string, to: string, topics: string][] = [
      ['ev/deleted.avsc', '"string"', '"bytes"', 'topics events, named, both'],
      [lockPath('deletions'), '"version": 2', '"version": 3', 'topic named'],
      [lockPath('events-ev.Moved'), '"version": 1', '"version": 7', 'topic events'],
    ];
    for (const [path, from, to, concerned] of edits) {
      const [file, text] = [join(folder.schemas, path), await folder.read(path)];
      expect(text).toContain(from);
      await writeFile(file, text.replace(from, to));
      expect(stale()).toContain(`${path} has changed (${concerned})`);
      await writeFile(file, text);
    }
  });
});

it('looks up the types in a lock of one file', async () => {
  const { subjects } = await folder.lock();
  const { named: contract = { partitions: 1 } } = topics;
  const histories = ['moves', 'deletions'].map((name) => subjects.get(name)?.versions ?? []);
  const sources = { 'lock.json': historyHash(histories) };
  const file = join(folder.schemas, 'lock.json');
  const stale = () =>
    refusal(
      () =>
        new PipelineStack(quickApp(), 'Before', {
          topics: { named: { ...contract, sources } },
          consumers: {},
          schemas: folder.schemas,
        }),
    )?.message;
  try {
    await writeFile(file, printFormat1({ subjects }));
    expect(stale()).toBeUndefined();
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replaceAll('"version": 2', '"version": 3'),
    );
    expect(stale()).toMatch(/lock\.json has changed \(topic named\)/);
  } finally {
    await rm(file);
  }
});

/** What is refused, if anything is. */
function refusal(make: () => unknown): InfraError | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof InfraError) return error;
    throw error;
  }
}
