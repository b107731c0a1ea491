/** The fixes of rules about a project as a whole, carried out: the finding is gone, and no other came. */
import { describe, expect, it } from '@jest/globals';
import { projectRules } from '../../../codegen/check/rules/index.js';
import { avroEngine } from '../../../local/registry/avro.js';
import type { SchemaEngine } from '../../../local/registry/engine.js';
import { type RegistryServer, startRegistry } from '../../../local/registry/server.js';
import type { Json } from '../../../runtime/json.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import { DemoRepository, EXIT, rulesOf } from '../baseline/demo-repository.js';
import { SchemasFolder } from '../schemas-folder.js';

const SUBJECT = 'orders-value';
const orderOf = (...fields: readonly Json[]): Json => ({
  type: 'record',
  name: 'acme.Order',
  fields: [{ name: 'id', type: 'long' }, ...fields],
});
const field = (name: string): Json => ({ name, type: 'int', default: 0 });
const configOf = (check: Json = {}, more: { readonly [key: string]: Json } = {}): Json => ({
  topics: { orders: { value: 'acme.Order', compatibility: 'BACKWARD' } },
  check,
  ...more,
});

/** A project whose first version is published. */
class World {
  readonly folder: SchemasFolder;
  server: RegistryServer;

  constructor(folder: SchemasFolder, server: RegistryServer) {
    this.folder = folder;
    this.server = server;
  }

  static async create(engine: SchemaEngine = avroEngine): Promise<World> {
    const folder = await SchemasFolder.create({
      'tavro.json': configOf(),
      'order.avsc': orderOf(),
    });
    const world = new World(folder, await startRegistry({ engine }));
    await world.publish();
    return world;
  }

  async publish(): Promise<void> {
    const { code, out, err } = await this.folder.run('publish', ['--registry', this.server.url]);
    if (code !== EXIT.clean) throw new Error(out + err);
  }

  write(order: Json): Promise<void> {
    return this.folder.write('order.avsc', order);
  }

  config(check: Json, more?: { readonly [key: string]: Json }): Promise<void> {
    return this.folder.write('tavro.json', configOf(check, more));
  }

  lock(edit: (text: string) => string): Promise<void> {
    return this.folder.editLock(edit);
  }

  register(order: Json, subject = SUBJECT): Promise<number> {
    return createRegistry({ url: this.server.url }).register(subject, JSON.stringify(order));
  }

  level(level: 'FULL' | 'FULL_TRANSITIVE' | 'NONE'): Promise<void> {
    return createSubjects(createRegistry({ url: this.server.url })).setLevel(level, SUBJECT);
  }

  /** Ids of the rules that have a finding, by the lock and by the registry. */
  async rules(): Promise<string[]> {
    const args = ['--against', 'lock', `registry:${this.server.url}`, '--format', 'json'];
    const { out, err } = await this.folder.run('check', args);
    if (err !== '') throw new Error(err);
    return rulesOf({ exit: 0, out, err }).map((text) => text.split(' ')[0] ?? text);
  }

  async remove(): Promise<void> {
    await this.server.stop();
    await this.folder.remove();
  }
}

type Step = (world: World) => Promise<unknown>;

/** What brings a finding, and each way that its fix names. */
interface Scenario {
  readonly break: Step;
  readonly mend: { readonly [way: string]: Step };
}

const waiver = (rule: string, path: string, expires: string): Json => ({
  waivers: [{ rule, subject: SUBJECT, path, reason: 'The topic is empty.', expires }],
});
const longWaiver = (expires: string): Json => ({
  rules: { 'waiver-too-long': 'error' },
  waivers: [
    {
      ...{ rule: 'field-default-missing', subject: SUBJECT, path: 'who' },
      ...{ reason: 'The topic is empty.', expires },
    },
  ],
});
const inDays = (days: number): string =>
  new Date(Date.now() + days * 24 * 60 * 60 * 1_000).toISOString().slice(0, 10);
/** What `git checkout` does to the lock. */
let released: Readonly<Record<string, string>> = {};
const keepLock: Step = async ({ folder }) => {
  released = await folder.lockTexts();
};
const restoreLock: Step = ({ folder }) => folder.restoreLock(released);

const stateOf = (name: string, aliases: readonly string[] = []): Json =>
  orderOf({
    name: 'state',
    type: [
      'null',
      { type: 'enum', name, aliases, symbols: name === 'b.State' ? ['OPEN'] : ['OPEN', 'DONE'] },
    ],
    default: null,
  });

const scenarios: { readonly [rule: string]: Scenario } = {
  'released-version-edited': {
    break: async (world) => {
      await keepLock(world);
      await world.lock((text) => text.replace('"name":"id"', '"name":"key"'));
    },
    mend: {
      'the version restored, the change put into the file': async (world) => {
        await restoreLock(world);
        await world.write(orderOf(field('key')));
      },
    },
  },
  'released-version-removed': {
    break: async (world) => {
      for (const fields of [[field('a')], [field('a'), field('b')]]) {
        await world.write(orderOf(...fields));
        await world.publish();
      }
      await keepLock(world);
      await world.lock((text) => {
        const subject = JSON.parse(text);
        subject.versions.splice(1, 1);
        return JSON.stringify(subject);
      });
    },
    mend: { 'the version restored': restoreLock },
  },
  'subject-removed': {
    break: ({ folder }) => folder.write('tavro.json', { topics: {} }),
    mend: {
      'the subject kept': (world) => world.config({}),
      'a waiver': ({ folder }) =>
        folder.write('tavro.json', {
          topics: {},
          check: waiver('subject-removed', '', '2999-12-31'),
        }),
    },
  },
  'registry-disagrees': {
    // What is there breaks the level that the subject got later; to a registry a doc is a change.
    break: async (world) => {
      await world.level('NONE');
      await world.register(orderOf({ name: 'who', type: 'string' }));
      await world.folder.run('pull', ['--registry', world.server.url]);
      await world.level('FULL_TRANSITIVE');
      await world.write(orderOf({ name: 'who', type: 'string', doc: 'Who.' }));
    },
    mend: {
      'the stricter registry followed': (world) =>
        world.write(orderOf({ name: 'who', type: 'string' })),
    },
  },
  'registry-level-differs': {
    break: (world) => world.level('FULL'),
    mend: {
      "the registry's level in tavro.json": ({ folder }) =>
        folder.write('tavro.json', {
          topics: { orders: { value: 'acme.Order', compatibility: 'FULL' } },
        }),
      publish: (world) => world.publish(),
    },
  },
  'registry-version-unknown': {
    break: (world) => world.register(orderOf(field('byHand'))),
    mend: {
      pull: ({ folder, server }) => folder.run('pull', ['--registry', server.url]),
    },
  },
  'registry-version-missing': {
    break: async ({ server }) => {
      for (const query of ['', '?permanent=true'])
        await fetch(`${server.url}/subjects/${SUBJECT}${query}`, { method: 'DELETE' });
    },
    mend: { publish: (world) => world.publish() },
  },
  'registry-id-differs': {
    break: async (world) => {
      const { port } = new URL(world.server.url);
      await world.server.stop();
      world.server = await startRegistry({ port: Number(port) });
      await world.register({ type: 'enum', name: 'Other', symbols: ['A'] }, 'other-value');
      await world.register(orderOf());
    },
    mend: {
      'publish, then codegen': async (world) => {
        await world.publish();
        expect((await world.folder.run('codegen')).code).toBe(EXIT.clean);
      },
    },
  },
  'waiver-expired': {
    break: async (world) => {
      await world.write(orderOf({ name: 'who', type: 'string' }));
      await world.config(waiver('field-default-missing', 'who', '2001-12-31'));
    },
    mend: {
      'mended and removed': async (world) => {
        await world.write(orderOf({ name: 'who', type: 'string', default: '' }));
        await world.config({});
      },
      renewed: (world) => world.config(waiver('field-default-missing', 'who', '2999-12-31')),
    },
  },
  'waiver-too-long': {
    break: async (world) => {
      await world.write(orderOf({ name: 'who', type: 'string' }));
      await world.config(longWaiver('2999-12-31'));
    },
    mend: { 'a date within a year': (world) => world.config(longWaiver(inDays(300))) },
  },
  'waiver-unused': {
    break: (world) => world.config(waiver('type-mismatch', 'id', '2999-12-31')),
    mend: { removed: (world) => world.config({}) },
  },
};

/** Ways out that other rules name beside their edits of a schema. */
const settings: { readonly [rule: string]: Scenario } = {
  'source-int-to-long': {
    break: async (world) => {
      await world.write(orderOf(field('n')));
      await world.publish();
      await world.write(orderOf({ name: 'n', type: 'long', default: 0 }));
    },
    mend: {
      'a setting for the field': (world) =>
        world.config({}, { longs: { fields: { 'acme.Order.n': 'number' } } }),
    },
  },
  'avsc-refuses': {
    break: (world) =>
      world.write(orderOf({ name: 'n', type: { type: 'enum', name: 'N', symbols: [] } })),
    mend: { 'turned off': (world) => world.config({ rules: { 'avsc-refuses': 'off' } }) },
  },
  'name-outside-grammar': {
    break: async (world) => {
      await world.config({}, { names: 'lenient' });
      await world.write(orderOf({ name: 'order-note', type: ['null', 'int'], default: null }));
    },
    mend: {
      'turned off': (world) =>
        world.config({ rules: { 'name-outside-grammar': 'off' } }, { names: 'lenient' }),
      'an alias': (world) =>
        world.write(
          orderOf({
            ...{ name: 'order_note', aliases: ['order-note'] },
            ...{ type: ['null', 'int'], default: null },
          }),
        ),
    },
  },
  'field-renamed': {
    break: async (world) => {
      await world.write(orderOf(field('endtimes')));
      await world.publish();
      await world.write(orderOf(field('endTime')));
    },
    mend: {
      'a waiver': (world) => world.config(waiver('field-renamed', 'endTime', '2999-12-31')),
    },
  },
};

describe('the fixes of rules about a project', () => {
  it('are all here', () => {
    const ids = projectRules().map(({ id }) => id);
    expect(Object.keys(scenarios).sort()).toEqual([...ids].sort());
  });

  const cases = Object.entries({ ...scenarios, ...settings }).flatMap(([rule, scenario]) =>
    Object.entries(scenario.mend).map(([way, mend]) => [rule, way, scenario, mend] as const),
  );

  it.each(cases)('%s: %s', async (rule, _, scenario, mend) => {
    const world = await World.create();
    try {
      expect(await world.rules()).not.toContain(rule);
      await scenario.break(world);
      const before = await world.rules();
      expect(before).toContain(rule);
      await mend(world);
      const after = await world.rules();
      expect(after).not.toContain(rule);
      expect(after.filter((other) => !before.includes(other))).toEqual([]);
    } finally {
      await world.remove();
    }
  });

  it('subject-removed: the name that a type had among its aliases', async () => {
    const demo = DemoRepository.create();
    try {
      const type = (name: string, aliases: readonly string[]): string =>
        JSON.stringify({ type: 'record', name, aliases, fields: [] });
      demo.write('schemas/refund.avsc', type('Refund', []));
      demo.commit('Add');
      demo.branch('renamed');
      const found: string[][] = [];
      for (const aliases of [[], ['Refund']]) {
        demo.write('schemas/refund.avsc', type('Repayment', aliases));
        found.push(
          rulesOf(await demo.tavro('check', '--against', 'git:main', '--format', 'json'), 'SOURCE'),
        );
      }
      expect(found[0]).toEqual(['subject-removed']);
      expect(found[1]).not.toContain('subject-removed');
    } finally {
      demo.remove();
    }
  });

  it('registry-disagrees: what the witness of a looser registry shows, mended', async () => {
    const world = await World.create({
      ...avroEngine,
      check: () => ({ compatible: true, messages: [] }),
    });
    try {
      await world.write(stateOf('b.State'));
      await world.publish();
      await world.write(stateOf('a.State'));
      // What code must change for the new type is another matter.
      const rules = async () => (await world.rules()).filter((rule) => !rule.startsWith('source-'));
      expect((await rules()).sort()).toEqual(['registry-disagrees', 'union-branch-namespace']);
      await world.write(stateOf('a.State', ['b.State']));
      expect(await rules()).toEqual([]);
    } finally {
      await world.remove();
    }
  });
});
