/** `codegen` says what released schemas are otherwise than they were, though the gate lets it pass. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import { SchemasFolder } from '../schemas-folder.js';

const record = (name: string, fields: readonly string[]): Json => ({
  type: 'record',
  name,
  fields: fields.map((field) => ({ name: field, type: 'string' })),
});
const MANY = Array.from({ length: 30 }, (_, i) => `f${i}`);

let folder: SchemasFolder;
beforeEach(async () => {
  folder = await SchemasFolder.create({
    'click.avsc': record('acme.Click', ['user', 'url']),
    'order.avsc': record('acme.Order', ['id', ...MANY]),
    'tavro.json': {
      topics: {
        clicks: { value: 'acme.Click', key: 'string' },
        orders: { value: 'acme.Order', key: 'string' },
      },
    },
  });
  // Where what a run made is kept for the next.
  await mkdir(join(folder.root, 'node_modules'));
  await folder.run('codegen');
  await folder.release();
});
afterEach(() => folder.remove());

async function codegen(...args: string[]): Promise<string[]> {
  const { code, out, err } = await folder.run('codegen', args);
  expect({ code, out }).toEqual({ code: 0, out: '' });
  return err.replaceAll(`${folder.schemas}/`, '').split('\n');
}

const REMOVED = [
  'click.avsc:3:11: warning source-field-removed: clicks-value url: acme.Click no longer has the field url. So code written for v1 meets v2 (draft).',
  '    fix: Change the code that uses it; the compiler lists the places.',
];

it('a field that is gone, in every run as in the first', async () => {
  await folder.write('click.avsc', record('acme.Click', ['user']));
  const sum = (written: number) => `2 types, 2 topics; ${written} files written.`;
  expect(await codegen()).toEqual([...REMOVED, sum(4)]);
  // Nothing to do; another file; everything.
  expect(await codegen()).toEqual([...REMOVED, sum(0)]);
  await folder.write('order.avsc', {
    ...Object(record('acme.Order', ['id', ...MANY])),
    doc: 'An order.',
  });
  expect(await codegen()).toEqual([...REMOVED, sum(2)]);
  expect(await codegen('--no-cache')).toEqual([...REMOVED, sum(0)]);
  expect(await codegen('--check')).toEqual([...REMOVED, 'Generated code is up to date.']);
  await folder.release();
  expect(await codegen()).toEqual([sum(0)]);
});

it('no more than anybody reads', async () => {
  await folder.write('order.avsc', record('acme.Order', ['id']));
  const told = await codegen();
  expect(told).toHaveLength(42);
  expect(told.slice(38, 41)).toEqual([
    'order.avsc:3:11: warning source-field-removed: orders-value f19: acme.Order no longer has the field f19. So code written for v1 meets v2 (draft).',
    '    fix: Change the code that uses it; the compiler lists the places.',
    'note: and 10 more changes: `tavro check` tells them all.',
  ]);
});
