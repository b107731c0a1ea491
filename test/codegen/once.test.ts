/** What a run does once, or not at all: counted at the doors of the parser and the generator. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '../../runtime/json.js';
import type { SchemasFolder as Folder } from './schemas-folder.js';

const parse = await import('../../codegen/model/parse.js');
/** Names of the texts of the past that were parsed. */
let past: string[] = [];
jest.unstable_mockModule('../../codegen/model/parse.js', () => ({
  ...parse,
  parseFiles: (...given: Parameters<typeof parse.parseFiles>) => {
    const [sources, options] = given;
    if (options?.role === 'history') past.push(...sources.map(({ text }) => text));
    return parse.parseFiles(...given);
  },
}));
const { SchemasFolder } = await import('./schemas-folder.js');

const orderOf = (...names: readonly string[]): Json => ({
  type: 'record',
  name: 'acme.Order',
  fields: names.map((name) => ({ name, type: 'int', default: 0 })),
});

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
    const lock = await folder.read('lock.json');
    const published = lock
      .replaceAll('"draft"', '"released"')
      .replaceAll('"ids": {}', '"ids": { "https://registry.example": 7 }');
    await folder.write('lock.json', JSON.parse(published));
  }
  await folder.write('order.avsc', orderOf('a', 'b', 'c', 'd'));
});
afterAll(() => folder.remove());
beforeEach(() => {
  past = [];
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
    // Two subjects, three versions each: the same text in both.
    expect(past).toHaveLength(6);
    expect(new Set(past).size).toBe(3);
  });
});
