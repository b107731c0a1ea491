/** `tavro publish` and `tavro pull` with a Schema Registry of another make. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import { APICURIO_START_TIMEOUT_MS, type Apicurio, startApicurio } from '../../peers/apicurio.js';
import { SchemasFolder } from '../schemas-folder.js';

const record = (name: string, fields: Readonly<Record<string, Json>>) => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]): Json => ({ name: field, type })),
});
const ORDER = record('acme.Order', { id: 'long', to: 'Address' });
const FILES = {
  'tavro.json': {
    topics: {
      orders: { value: 'acme.Order', compatibility: 'BACKWARD_TRANSITIVE' },
      customers: { value: 'acme.Customer', compatibility: 'FULL' },
    },
  },
  'order.avsc': ORDER,
  'customer.avsc': record('acme.Customer', { home: 'Address' }),
  'address.avsc': record('acme.Address', { street: 'string' }),
};

let apicurio: Apicurio;
beforeAll(async () => {
  apicurio = await startApicurio();
}, APICURIO_START_TIMEOUT_MS);
afterAll(() => apicurio.stop());

describe.each([false, true])('Apicurio, with references: %s', (references) => {
  const prefix = references ? 'in-parts-' : 'whole-';
  let folder: SchemasFolder;
  beforeAll(async () => {
    const topics = Object.entries(FILES['tavro.json'].topics).map(
      ([name, topic]) => [prefix + name, topic] as const,
    );
    folder = await SchemasFolder.create({
      ...FILES,
      'tavro.json': { topics: Object.fromEntries(topics), registry: { references } },
    });
  });
  afterAll(() => folder.remove());
  const publish = () => folder.run('publish', ['--registry', apicurio.url]);

  it('takes schemas and levels, once', async () => {
    expect(await publish()).toMatchObject({ code: 0 });
    const { versions, level } = createSubjects(createRegistry({ url: apicurio.url }));
    expect(await versions(`${prefix}orders-value`)).toEqual([1]);
    expect(await level(`${prefix}orders-value`)).toBe('BACKWARD_TRANSITIVE');
    expect(await level(`${prefix}customers-value`)).toBe('FULL');
    expect((await publish()).err).toContain('Nothing to publish');
  });

  it('takes a change, and new documentation', async () => {
    const fields = [...ORDER.fields, { name: 'note', type: 'string', default: '' }];
    await folder.write('order.avsc', { ...ORDER, fields });
    const against = ['--against', `registry:${apicurio.url}`];
    expect((await folder.run('check', against)).out).toContain('0 errors, 0 warnings');
    expect(await publish()).toMatchObject({ code: 0 });
    await folder.write('order.avsc', { ...ORDER, fields, doc: 'Bought.' });
    expect(await publish()).toMatchObject({ code: 0 });
    expect((await folder.versions(`${prefix}orders-value`)).map(([number]) => number)).toEqual([
      1, 2, 3,
    ]);
    expect((await publish()).err).toContain('Nothing to publish');
    expect((await folder.run('check', against)).out).toContain('0 errors, 0 warnings');
  });

  it('gives back what it was given', async () => {
    const pulled = await SchemasFolder.create();
    const from = ['--registry', apicurio.url];
    const answer = await pulled.run('pull', [...from, '--subject', `${prefix}*`]);
    expect(answer).toMatchObject({ code: 0 });
    expect((await pulled.run('codegen')).code).toBe(0);
    expect(await pulled.versions(`${prefix}orders-value`)).toEqual(
      await folder.versions(`${prefix}orders-value`),
    );
    expect((await pulled.run('publish', from)).err).toContain('Nothing to publish');
    await pulled.remove();
  });
});
