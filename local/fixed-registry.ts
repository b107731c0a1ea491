import { createRegistry, type Registry } from '../runtime/index.js';

/**
 * A registry of these schemas and no others, by id or GUID, without a server: the real client over a fetch
 * that stays in this process. For unit tests of handlers; `startRegistry` is one that can be
 * written to.
 * @example fixedRegistry({ 1: userClicksAvro.value.schema })
 */
export function fixedRegistry(schemas: Readonly<Record<number | string, string>>): Registry {
  return createRegistry({
    url: 'http://registry.test',
    retries: 0,
    fetch: async (input) => {
      const [, id] = /\/schemas\/(?:ids|guids)\/([0-9a-f-]+)$/.exec(`${input}`) ?? [];
      const schema = id === undefined ? undefined : schemas[id];
      return schema === undefined
        ? Response.json({ error_code: 40403, message: 'Schema not found' }, { status: 404 })
        : Response.json({ schema });
    },
  });
}
