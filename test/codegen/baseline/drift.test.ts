/** Where a registry and a project have grown apart. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { driftOf } from '../../../codegen/baseline/drift.js';
import { judge } from '../../../codegen/check/judge.js';
import { Severities } from '../../../codegen/check/severity.js';
import type { LockedVersion } from '../../../codegen/history/lock.js';
import { identityOf } from '../../../codegen/model/identity.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { isNamed, type NamedSchema } from '../../../codegen/model/schema.js';
import { type RegisteredVersion, textOf } from '../../../codegen/registry/registered.js';
import { startRegistry } from '../../../local/registry/server.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import { SchemasFolder } from '../schemas-folder.js';

const URL = 'https://registry.example';

/** The versions of the cases: `a`, `b` and so on add a field each. */
function schemaOf(letter: string): NamedSchema {
  const count = letter.charCodeAt(0) - 96;
  const fields = Array.from({ length: count }, (_, n) => ({
    name: `f${n}`,
    type: 'int',
    default: 0,
  }));
  const { schema } = parseSchema({ type: 'record', name: 'acme.Order', fields });
  if (!isNamed(schema)) throw new Error('no record');
  return schema;
}

/** `a=1`: version a with id 1; `a` without an id. */
function lockedOf(text: string): LockedVersion[] {
  return words(text).map(({ letter, id }, index) => ({
    version: index + 1,
    state: 'released',
    identity: identityOf(schemaOf(letter)),
    schema: {},
    ids: id === undefined ? {} : { [URL]: id },
  }));
}

/** `a=1 b=2!`: version b is deleted. */
function registeredOf(text: string): RegisteredVersion[] {
  return words(text).map(({ letter, id, isDeleted }, index) => {
    const schema = schemaOf(letter);
    return {
      version: index + 1,
      id: id ?? 0,
      isDeleted,
      references: [],
      parsed: { schema, identity: identityOf(schema), text: textOf(schema) },
    };
  });
}

function words(text: string) {
  return text.split(' ').flatMap((word) => {
    const [, letter, id, mark] = /^(\w)(?:=(\d+))?(!?)$/.exec(word) ?? [];
    if (letter === undefined) return [];
    return [{ letter, id: id === undefined ? undefined : Number(id), isDeleted: mark === '!' }];
  });
}

describe('drift', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['the same on both sides', 'a=1 b=2', 'a=1 b=2', []],
    ['a version by hand', 'a=1', 'a=1 b=2', ['registry-version-unknown: The registry has v2 of s']],
    ['a version by hand that is gone', 'a=1', 'a=1 b=2!', []],
    ['a lock without a history', '', 'a=1 b=2', []],
    ['never published here', 'a b', '', []],
    [
      'gone from the registry',
      'a=1 b=2',
      'a=1',
      ['registry-version-missing: v2 of s was published with id 2, and the registry no longer has'],
    ],
    [
      'another registry under the same URL',
      'a=1 b=2',
      'a=4 b=5',
      [
        'registry-id-differs: v1 of s has id 1 in the lock and 4 in the registry',
        'registry-id-differs: v2 of s has id 2 in the lock and 5 in the registry',
      ],
    ],
    ['the same twice, with other words', 'a=1', 'a=3 a=1', []],
    ['an old version deleted', 'a=1 b=2', 'a=1! b=2', []],
    [
      'the last version deleted',
      'a=1 b=2',
      'a=1 b=2!',
      ['registry-version-missing: v2 of s was published with id 2, and has been deleted'],
    ],
    ['deleted, then registered again', 'a=1', 'a=1! a=1', []],
  ])('%s', (_, locked, registered, wanted) => {
    const facts = driftOf({
      current: { subject: 's', schema: schemaOf('a') },
      locked: { type: 'acme.Order', versions: lockedOf(locked) },
      registered: { subject: 's', versions: registeredOf(registered), level: undefined },
      url: URL,
      level: { given: undefined, registry: 'BACKWARD' },
    });
    const findings = judge(facts, new Severities({ rules: new Map(), subjects: new Map() }));
    const said = findings.map(({ rule, message }) => `${rule}: ${message}`);
    expect(said).toEqual(wanted.map((text) => expect.stringContaining(text)));
  });

  it.each([
    [undefined, 'FULL', 0],
    ['FULL', 'FULL', 0],
    ['FULL', 'BACKWARD', 1],
  ] as const)('of the level: %s here, %s there', (given, registry, count) => {
    const facts = driftOf({
      current: { subject: 's', schema: schemaOf('a') },
      locked: undefined,
      registered: { subject: 's', versions: [], level: undefined },
      url: URL,
      level: { given, registry },
    });
    const findings = judge(facts, new Severities({ rules: new Map(), subjects: new Map() }));
    expect(findings.map(({ rule }) => rule)).toEqual(
      Array.from({ length: count }, () => 'registry-level-differs'),
    );
  });
});

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

describe('check --against registry', () => {
  async function setUp(registry = {}) {
    const server = await startRegistry();
    const folder = await SchemasFolder.create({
      'tavro.json': {
        topics: { orders: { value: 'acme.Order', compatibility: 'BACKWARD' } },
        registry,
      },
      'order.avsc': { type: 'record', name: 'acme.Order', fields: [{ name: 'id', type: 'long' }] },
    });
    open.push(server, { stop: () => folder.remove() });
    const check = () => folder.run('check', ['--against', `registry:${server.url}`]);
    await folder.run('publish', ['--registry', server.url]);
    return { server, folder, check };
  }

  it('finds nothing after publish', async () => {
    const { check } = await setUp();
    expect((await check()).out).toContain('0 errors, 0 warnings');
  });

  it('tells of a version that is gone, and publish brings it back', async () => {
    const { check, server, folder } = await setUp();
    for (const query of ['', '?permanent=true'])
      await fetch(`${server.url}/subjects/orders-value${query}`, { method: 'DELETE' });
    const { code, out } = await check();
    expect(code).toBe(100);
    expect(out).toContain('registry-version-missing');
    await folder.run('publish', ['--registry', server.url]);
    expect((await check()).code).toBe(0);
  });

  it('reads the versions of a context as that context has them', async () => {
    const { check, server, folder } = await setUp({ context: '.staging' });
    const client = createRegistry({ url: server.url });
    // The default context gives the same ids to other schemas.
    await client.register('other-value', '{"type":"enum","name":"Other","symbols":["A"]}');
    await client.register('more-value', '{"type":"enum","name":"More","symbols":["A"]}');
    expect((await check()).out).toContain('0 errors, 0 warnings');
    const next = [
      { name: 'id', type: 'long' },
      { name: 'to', type: 'string' },
    ];
    await folder.write('order.avsc', { type: 'record', name: 'acme.Order', fields: next });
    expect((await check()).out).toContain('field-default-missing');
    expect(await createSubjects(client).versions(':.staging:orders-value')).toEqual([1]);
  });
});
