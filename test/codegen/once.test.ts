/** What a run does once, or not at all: counted at the doors of the parser and the generator. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '../../runtime/json.js';
import type { SchemasFolder as Folder } from './schemas-folder.js';

const parse = await import('../../codegen/model/parse.js');
/** Names of the texts of the past that were parsed. */
let past: string[] = [];
const noting =
  (door: typeof parse.parseSharing) =>
  (...given: Parameters<typeof parse.parseSharing>) => {
    const [sources, options] = given;
    if (options?.role === 'history') past.push(...sources.map(({ text }) => text));
    return door(...given);
  };
jest.unstable_mockModule('../../codegen/model/parse.js', () => ({
  ...parse,
  parseFiles: noting(parse.parseFiles),
  parseSharing: noting(parse.parseSharing),
}));
const emit = await import('../../codegen/emit/generate.js');
/** Types whose code was made. */
let generated = 0;
jest.unstable_mockModule('../../codegen/emit/generate.js', () => ({
  ...emit,
  Generator: class extends emit.Generator {
    override type(...given: Parameters<InstanceType<typeof emit.Generator>['type']>) {
      generated += 1;
      return super.type(...given);
    }
  },
}));
const { SchemasFolder } = await import('./schemas-folder.js');

const orderOf = (...names: readonly string[]): Json => ({
  type: 'record',
  name: 'acme.Order',
  fields: names.map((name) => ({ name, type: 'int', default: 0 })),
});

/** Without a default readers of it need what no version has. */
const REFUSED: Json = {
  type: 'record',
  name: 'acme.Order',
  fields: [{ name: 'who', type: 'string' }],
};

let folder: Folder;

beforeAll(async () => {
  folder = await SchemasFolder.create({
    'tavro.json': {
      topics: {
        orders: { value: 'acme.Order', compatibility: 'FULL_TRANSITIVE' },
        returns: { value: 'acme.Order', compatibility: 'FULL_TRANSITIVE' },
      },
    },
  });
  for (const fields of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
    await folder.write('order.avsc', orderOf(...fields));
    await folder.run('codegen');
    await folder.editLock((text) =>
      text.replaceAll('"draft"', '"released", "ids": {"https://registry.example": 7}'),
    );
  }
  await folder.write('order.avsc', orderOf('a', 'b', 'c', 'd'));
});
afterAll(() => folder.remove());
beforeEach(() => {
  past = [];
  generated = 0;
});

describe('each version of the lock', () => {
  it.each([
    ['codegen', ['--check']],
    ['codegen', []],
    ['codegen', []],
    ['check', ['--against', 'lock']],
    ['plan', []],
  ])('is parsed once by %s %p', async (command, args) => {
    await folder.run(command, args);
    // Two subjects of three versions, which share three fields: the same texts in both.
    const areFields = (text: string): boolean => text.startsWith('[');
    const [fields, versions] = [past.filter(areFields), past.filter((text) => !areFields(text))];
    expect([fields.length, new Set(fields).size]).toEqual([2, 1]);
    expect([versions.length, new Set(versions).size]).toEqual([6, 3]);
  });
});

describe('code is generated', () => {
  const BROKEN = { type: 'record', name: 'acme.Broken', fields: 7 };
  it.each([
    ['once', [], 0, 1, '2 topics'],
    ['once', ['--check'], 0, 1, 'up to date'],
    ['never, where the gate refuses', [], 100, 0, 'Nothing was written'],
    ['never, where the gate refuses', ['--check'], 100, 0, 'Nothing was written'],
  ])('%s: %p', async (_, args, exit, count, said) => {
    await folder.write('order.avsc', exit === 0 ? orderOf('a', 'b', 'c') : REFUSED);
    const { code, err } = await folder.run('codegen', args);
    expect([code, generated]).toEqual([exit, count]);
    expect(err).toContain(said);
  });

  it('for the sound part of a project that no gate can judge', async () => {
    await folder.write('order.avsc', REFUSED);
    await folder.write('broken.avsc', BROKEN);
    const { code, err } = await folder.run('codegen');
    expect([code, generated]).toEqual([1, 1]);
    expect(err).toContain('FIELDS_MISSING');
  });
});
