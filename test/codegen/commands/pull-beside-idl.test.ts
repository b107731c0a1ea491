/** `tavro pull` into a folder whose types stand in protocols and Avro IDL: it writes neither. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { startRegistry } from '../../../local/registry/server.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { SchemasFolder } from '../schemas-folder.js';

const ORDER = { type: 'record', name: 'acme.Order', fields: [{ name: 'id', type: 'long' }] };

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

it.each<[string, (id: string) => string]>([
  ['order.avdl', (id) => `@namespace("acme") protocol P { record Order { ${id} id; } }`],
  [
    'order.avpr',
    (id) =>
      JSON.stringify({
        protocol: 'P',
        types: [{ ...ORDER, fields: [{ name: 'id', type: id }] }],
      }),
  ],
])('takes the history and leaves %s as it is', async (path, text) => {
  const server = await startRegistry();
  const folder = await SchemasFolder.create();
  open.push(server, { stop: () => folder.remove() });
  await createRegistry({ url: server.url }).register('orders-value', JSON.stringify(ORDER));
  const file = join(folder.schemas, path);
  const pull = (...more: string[]) => folder.run('pull', ['--registry', server.url, ...more]);

  await writeFile(file, text('long'));
  const same = await pull('--force');
  expect(same).toMatchObject({ code: 0, err: expect.not.stringContaining('otherwise') });
  expect(await folder.read(path)).toBe(text('long'));
  expect(await folder.versions('orders-value')).toEqual([[1, 'released', { [server.url]: 1 }]]);
  for (const command of ['codegen', 'check'])
    expect(await folder.run(command)).toMatchObject({ code: 0 });
  await writeFile(file, text('int'));
  const other = await pull();
  expect(other.err).toContain(
    `acme.Order is defined within ${path}, otherwise than in the registry. Change it there.`,
  );
  // Forced, and to a topic that is new, the registry's definition stands beside it.
  await pull('--force');
  const { topics } = JSON.parse(await folder.read('tavro.json'));
  expect(topics.orders.value).toEqual({ file: 'orders-value.avsc', type: 'acme.Order' });
  expect(await folder.read(path)).toBe(text('int'));
  for (const command of ['codegen', 'check'])
    expect(await folder.run(command)).toMatchObject({ code: 0 });
});
