import { type Codec, type Registry, RegistryError, type SchemaId } from '../runtime/index.js';
import { associatedSubject } from '../runtime/registry/associations.js';
import { isTransient, isUnregistered } from '../runtime/registry/error.js';
import { ProducerError } from './errors.js';
import type { Part } from './framing.js';

/** What a schema id is looked up for. */
export interface SubjectCodec {
  readonly topic: string;
  readonly part: Part;
  readonly subject: string;
  readonly codec: Codec<unknown, never>;
}

/** Finds the id or GUID that goes into the message: once per subject and codec, and never a failure twice. */
export interface SchemaIds {
  /** The id if it needs no request. */
  known(of: SubjectCodec): SchemaId | undefined;
  /**
   * Asks the registry; calls at the same time share one request.
   * @throws ProducerError `SCHEMA_UNREGISTERED`, `SCHEMA_REFUSED` or `REGISTRY`.
   */
  resolve(of: SubjectCodec): Promise<SchemaId>;
}

export interface SchemaIdsOptions {
  readonly registry: Registry;
  readonly register: 'never' | 'allowed';
  /** Whether schemas are called by their ids or their GUIDs. */
  readonly by: 'id' | 'guid';
}

export function createSchemaIds(options: SchemaIdsOptions): SchemaIds {
  // As many entries as the application has topics.
  const found = new Map<string, SchemaId>();
  const asking = new Map<string, Promise<SchemaId>>();

  const keep = (of: SubjectCodec, id: SchemaId): SchemaId => {
    found.set(subjectKey(of), id);
    return id;
  };
  return {
    known(of) {
      const id = found.get(subjectKey(of));
      if (id !== undefined) return id;
      const generated = generatedId(of.codec, options);
      return generated === undefined ? undefined : keep(of, generated);
    },
    resolve(of) {
      const key = subjectKey(of);
      const request =
        asking.get(key) ??
        ask(options, of).finally(() => {
          asking.delete(key);
        });
      asking.set(key, request);
      return request.then((id) => keep(of, id));
    },
  };
}

/** What an id belongs to, as text. */
export function subjectKey({ subject, codec }: SubjectCodec): string {
  return `${subject}\n${codec.fingerprint}`;
}

/** The newest id or GUID that was known when the code was generated. */
function generatedId(
  codec: Codec<unknown, never>,
  { registry, by }: SchemaIdsOptions,
): SchemaId | undefined {
  const known = Object.entries(codec.knownIds[registry.url] ?? {})
    .filter(([, fingerprint]) => fingerprint === codec.fingerprint)
    .map(([id]) => id);
  // Both stand in one table, and no GUID is a number.
  const ids = known.map(Number).filter(Number.isInteger);
  if (by === 'id') return ids.length === 0 ? undefined : Math.max(...ids);
  return known.findLast((id) => id.includes('-'));
}

/**
 * What the registry calls a schema: under the subject of the generated code, else under the one
 * that it associates with the topic.
 */
async function ask(options: SchemaIdsOptions, of: SubjectCodec): Promise<SchemaId> {
  const { registry, register } = options;
  try {
    const here = await lookUp(options, of);
    if (typeof here !== 'object') return here;
    const subject = (await associatedSubject(registry, of.topic, of.part)) ?? of.subject;
    const there = { ...of, subject };
    const found = subject === of.subject ? here : await lookUp(options, there);
    if (typeof found !== 'object') return found;
    if (register === 'never') throw unregistered(found, there, registry.url);
    return await called(options, there, await registry.register(subject, of.codec.schema));
  } catch (error) {
    throw failure(error, of, registry.url);
  }
}

/** What the registry calls a schema, or the error that says that it has none such. */
async function lookUp(
  options: SchemaIdsOptions,
  of: SubjectCodec,
): Promise<SchemaId | RegistryError> {
  try {
    return await called(options, of, await options.registry.lookup(of.subject, of.codec.schema));
  } catch (error) {
    if (isUnregistered(error)) return error;
    throw error;
  }
}

/** What messages call a schema that the registry has. @throws ProducerError `REGISTRY` without a GUID */
async function called(
  { registry, by }: SchemaIdsOptions,
  of: SubjectCodec,
  id: number,
): Promise<SchemaId> {
  if (by === 'id') return id;
  const guid = await registry.guid?.(of.subject, of.codec.schema);
  if (guid !== undefined) return guid;
  throw new ProducerError(
    'REGISTRY',
    `The Schema Registry at ${registry.url} tells no GUID of ${of.codec.name} (subject "${of.subject}"), ` +
      `so nothing can be sent to "${of.topic}" with \`framing: 'header-guid'\`. Confluent Platform has ` +
      "GUIDs from version 8 on; with another registry, write 'header-id' or 'prefix'.",
    { topic: of.topic, subject: of.subject, retriable: false },
  );
}

function unregistered(cause: unknown, of: SubjectCodec, url: string): ProducerError {
  return new ProducerError(
    'SCHEMA_UNREGISTERED',
    `The schema ${of.codec.name} is not registered under the subject "${of.subject}" at ${url}, so ` +
      `nothing can be sent to "${of.topic}". Run \`npx tavro publish\`, or let this producer ` +
      "register it with `register: 'allowed'` (meant for development).",
    { topic: of.topic, subject: of.subject, cause },
  );
}

const REFUSALS = ['INCOMPATIBLE', 'INVALID', 'READ_ONLY'];

function failure(cause: unknown, of: SubjectCodec, url: string): ProducerError {
  if (cause instanceof ProducerError) return cause;
  const refused = cause instanceof RegistryError && REFUSALS.includes(cause.code);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = refused
    ? `The Schema Registry at ${url} refused the schema ${of.codec.name} for "${of.subject}": ${reason}`
    : `The schema id of ${of.codec.name} (subject "${of.subject}") could not be had from ${url}: ${reason}`;
  return new ProducerError(refused ? 'SCHEMA_REFUSED' : 'REGISTRY', message, {
    topic: of.topic,
    subject: of.subject,
    retriable: isTransient(cause),
    cause,
  });
}
