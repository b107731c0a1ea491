import { type Registry, RegistryError, type WholeSchema } from '../../runtime/index.js';

const URL = 'http://registry.test';

/** Takes any schema under any subject, and gives ids from 1. */
export function memoryRegistry(): Registry {
  const schemas: string[] = [];
  const byGuid = new Map<string, string>();
  /** By subject: what was registered under it. */
  const subjects = new Map<string, Set<string>>();
  const idOf = (schema: string): number => schemas.indexOf(schema) + 1;

  const lookup: Registry['lookup'] = async (subject, schema) => {
    if (subjects.get(subject)?.has(schema)) return idOf(schema);
    const message = `The schema is not registered under the subject "${subject}".`;
    throw new RegistryError('SCHEMA_NOT_FOUND', message, { subject, url: URL });
  };
  return {
    url: URL,
    async register(subject, schema) {
      subjects.set(subject, (subjects.get(subject) ?? new Set()).add(schema));
      if (!schemas.includes(schema)) byGuid.set(guidOf(schemas.push(schema)), schema);
      return idOf(schema);
    },
    lookup,
    schemaById: async (id) => ({ id, ...whole(schemas[id - 1], { id }) }),
    guid: async (subject, schema) => guidOf(await lookup(subject, schema)),
    schemaByGuid: async (guid) => whole(byGuid.get(guid), { guid }),
  };
}

function guidOf(id: number): string {
  return `00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`;
}

function whole(schema: string | undefined, asked: { id: number } | { guid: string }): WholeSchema {
  if (schema !== undefined) return { schema, references: [] };
  const name = 'id' in asked ? `id ${asked.id}` : `GUID ${asked.guid}`;
  throw new RegistryError('UNKNOWN_ID', `There is no schema of ${name}.`, { ...asked, url: URL });
}
