/** What `publish` and `pull` ask a registry for, by count, and what they say while it takes long. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { writeEvent, writeProject } from '../../../bench/gate/project.js';
import { lockPath } from '../../../codegen/history/lock.js';
import { run } from '../../../codegen/program.js';
import { startRegistry } from '../../../local/registry/server.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { startLoopback } from '../../runtime/registry/loopback.js';
import { SchemasFolder } from '../schemas-folder.js';
import { startProxy } from './counting-proxy.js';

const SUBJECTS = 8;
const VERSIONS = 3;

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

async function setUp() {
  const registry = await startRegistry();
  let target = registry.url;
  const proxy = await startProxy(() => target);
  const folder = await SchemasFolder.create();
  open.push(proxy, registry, { stop: () => folder.remove() });
  await writeProject(folder.root, { subjects: SUBJECTS, versions: VERSIONS, drafts: false });
  /** Runs a command; answers what it said, and what was asked meanwhile. */
  const ask = async (command: string, ...more: readonly string[]) => {
    proxy.heard.splice(0);
    const ran = await folder.run(command, ['--registry', proxy.url, ...more]);
    return { ...ran, asked: proxy.paths() };
  };
  expect((await ask('publish')).code).toBe(0);
  /** Puts another registry behind the URL. */
  const moveTo = (url: string): void => {
    target = url;
  };
  return { folder, registry, proxy, ask, moveTo, client: createRegistry({ url: registry.url }) };
}

const quietly = (index: number): string[] => [
  `GET /subjects/topic-${index}-value/versions`,
  `GET /subjects/topic-${index}-value/versions/${VERSIONS}?deleted=true`,
  `GET /config/topic-${index}-value`,
];
const ALL = Array.from({ length: SUBJECTS }, (_, index) => index);

it('publish reads no version of a subject that the registry has as the lock says, but its last', async () => {
  const { ask } = await setUp();
  const { err, asked } = await ask('publish');
  expect(err).toContain('Nothing to publish');
  expect(asked.sort()).toEqual(ALL.flatMap(quietly).sort());
});

it('publish asks more for a draft alone, and reads no older version for it', async () => {
  const { ask, folder } = await setUp();
  await writeEvent(folder.root, { index: 7, versions: VERSIONS, edits: 1 });
  const { code, out, asked } = await ask('publish');
  expect([code, out.split('\n').slice(1)]).toEqual([
    0,
    ['topic-7-value', `  register v${VERSIONS + 1} of com.acme.area7.Event7 (draft)`],
  ]);
  const more = [
    'POST /subjects/topic-7-value',
    'POST /compatibility/subjects/topic-7-value/versions?verbose=true',
    'GET /associations/resources/-/topic-7?resourceType=topic&associationType=value',
    'POST /subjects/topic-7-value/versions',
  ];
  expect(asked.sort()).toEqual([...ALL.flatMap(quietly), ...more].sort());
  expect((await folder.versions('topic-7-value')).at(-1)?.slice(0, 2)).toEqual([
    VERSIONS + 1,
    'released',
  ]);
});

it('publish reads a subject whole that somebody else registered a version of', async () => {
  const { ask, client, folder } = await setUp();
  const byHand = { type: 'record', name: 'com.acme.area3.Event3', doc: 'By hand.', fields: [] };
  await fetch(`${client.url}/config/topic-3-value`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"compatibility":"NONE"}',
  });
  await client.register('topic-3-value', JSON.stringify(byHand));
  await writeEvent(folder.root, { index: 3, versions: VERSIONS, edits: 1 });
  const { code, out, asked } = await ask('publish');
  expect([code, out]).toEqual([100, expect.stringContaining('registry-version-unknown')]);
  const texts = asked.filter((path) => path.includes('/versions/'));
  const ofThird = texts.filter((path) => path.includes('/topic-3-value/'));
  expect(ofThird).toHaveLength(VERSIONS + 1);
  expect(texts).toHaveLength(SUBJECTS - 1 + ofThird.length);
});

it('publish takes nothing for granted when the last version was deleted', async () => {
  const { ask, registry } = await setUp();
  const path = `/subjects/topic-5-value/versions/${VERSIONS}`;
  await fetch(registry.url + path, { method: 'DELETE' });
  const { code, out, asked } = await ask('publish', '--dry-run');
  expect([code, out]).toEqual([0, expect.stringContaining(`register v${VERSIONS}`)]);
  expect(asked).toContain('GET /subjects/topic-5-value/versions/1?deleted=true');
});

it('publish takes nothing for granted when another registry has the same numbers', async () => {
  const { ask, folder, moveTo } = await setUp();
  const other = await startRegistry();
  open.push(other);
  const client = createRegistry({ url: other.url });
  // Its ids are others by one.
  await client.register('first', '"string"');
  for (const { schema } of (await folder.lock()).subjects.get('topic-5-value')?.versions ?? [])
    await client.register('topic-5-value', JSON.stringify(schema));
  moveTo(other.url);
  const { out, asked } = await ask('publish', '--dry-run');
  expect(out).toContain('topic-5-value\n');
  expect(out).toContain('  record id 2 for v1: the registry has it already');
  expect(asked).toContain('GET /subjects/topic-5-value/versions/1?deleted=true');
});

it('publish takes nothing for granted when the same id has another schema', async () => {
  const { ask, folder, moveTo } = await setUp();
  const other = await startRegistry();
  open.push(other);
  const client = createRegistry({ url: other.url });
  // As the first subject was registered first, but for its last version.
  const versions = (await folder.lock()).subjects.get('topic-0-value')?.versions ?? [];
  for (const { schema } of versions.slice(0, -1))
    await client.register('topic-0-value', JSON.stringify(schema));
  await client.register(
    'topic-0-value',
    JSON.stringify({ ...Object(versions[0]?.schema), doc: 'Other.' }),
  );
  moveTo(other.url);
  const { asked } = await ask('publish', '--dry-run');
  expect(asked).toContain('GET /subjects/topic-0-value/versions/1?deleted=true');
});

/** Runs a command whose every look at the clock finds it so many milliseconds later. */
async function timed(folder: SchemasFolder, ms: number, argv: readonly string[]) {
  let now = 0;
  const [said, shown]: [string[], string[]] = [[], []];
  const code = await run([...argv, '--schemas', folder.schemas], {
    out: () => {},
    err: (text) => said.push(text),
    status: (line) => shown.push(line),
    env: {},
    signal: new AbortController().signal,
    now: () => {
      now += ms;
      return new Date(now);
    },
  });
  return { code, said, shown };
}

it('pull and publish say how far they are when it takes long, and nothing when it does not', async () => {
  const { folder, registry, proxy } = await setUp();
  const pulled = await SchemasFolder.create();
  open.push({ stop: () => pulled.remove() });
  const pull = ['pull', '--registry', registry.url];
  const publish = ['publish', '--registry', proxy.url];
  const last = `files written: looked at ${SUBJECTS} subjects of`;
  expect(await timed(pulled, 800, pull)).toEqual({
    code: 0,
    shown: [
      ...Array.from({ length: 7 }, (_, index) => `read ${index + 2} of 8 subjects`),
      'laying out what is in 8 subjects',
      `writing ${2 * SUBJECTS + 1} files`,
    ],
    said: [expect.stringContaining(last)],
  });
  expect(await timed(pulled, 10, pull)).toEqual({
    code: 0,
    shown: [],
    said: [expect.stringContaining(`Nothing changed: looked at ${SUBJECTS} subjects of`)],
  });
  const nothing = [`Nothing to publish: ${proxy.url} has everything.`];
  const published = await timed(folder, 1_500, publish);
  expect(published.said).toEqual(nothing);
  expect(published.shown).toContain('checked 8 of 8 subjects');
  expect(published.shown).toContain(`compared 8 of 8 subjects with ${proxy.url}`);
  expect(await timed(folder, 10, publish)).toEqual({ code: 0, shown: [], said: nothing });
});

it.each(['pull', 'publish'])('%s that is stopped while it reads does nothing', async (command) => {
  const { folder, proxy } = await setUp();
  await writeEvent(folder.root, { index: 1, versions: VERSIONS, edits: 1 });
  const lockText = () => readFile(join(folder.schemas, lockPath('topic-1-value')), 'utf8');
  const before = await lockText();
  const stop = new AbortController();
  const said: string[] = [];
  const code = await run([command, '--registry', proxy.url, '--schemas', folder.schemas], {
    out: (text) => said.push(text),
    err: (text) => said.push(text),
    // Only where somebody looks is the clock asked.
    status: () => {},
    env: {},
    signal: stop.signal,
    now: () => {
      if (proxy.heard.length > 0) stop.abort();
      return new Date();
    },
  });
  expect({ code, said }).toEqual({
    code: 1,
    said: ['Stopped while the registry was read: nothing was done.'],
  });
  expect(await lockText()).toBe(before);
});

it('pull refuses more subjects than fit into memory, before it reads one', async () => {
  const names = Array.from({ length: 20_001 }, (_, index) => `topic-${index}-value`);
  const registry = await startLoopback(() => ({ json: names }));
  const folder = await SchemasFolder.create();
  open.push(registry, { stop: () => folder.remove() });
  const { code, err } = await folder.run('pull', ['--registry', registry.url]);
  expect({ code, err }).toEqual({
    code: 2,
    err: "20,001 subjects are more than one pull takes, which is 20,000. Pull them in parts: --subject 'orders*' 'payments*'.",
  });
  expect(registry.paths()).toEqual(['GET /subjects']);
});
