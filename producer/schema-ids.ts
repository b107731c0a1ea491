import { type Codec, type Registry, RegistryError, type SchemaId } from '../runtime/index.js';
import { associatedSubject } from '../runtime/registry/associations.js';
import { isTransient, isUnregistered } from '../runtime/registry/error.js';
import { createMemo, type Memo } from '../runtime/registry/memo.js';
import type { Clock } from './clock.js';
import { ProducerError } from './errors.js';
import type { Part } from './framing.js';

/** What a schema id is looked up for. */
export interface SubjectCodec {
  readonly topic: string;
  readonly part: Part;
  readonly subject: string;
  readonly codec: Codec<unknown, never>;
}

/**
 * Finds the id or GUID that goes into the message: once per topic, part, subject and codec. What is
 * not registered is asked for again with the next batch; the topic's association, now and then.
 */
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
  readonly clock: Clock;
}

/** Most topics whose associations are remembered, and for how long, in milliseconds. */
const MAX_ASSOCIATIONS = 1_000;
const ASSOCIATED_MS = 10_000;

interface Asking extends SchemaIdsOptions {
  /** What the registry associates with a topic's part. */
  readonly associations: Memo<string | undefined>;
}

export function createSchemaIds(options: SchemaIdsOptions): SchemaIds {
  // As many entries as the application has topics; by codec, since it is asked for each message.
  const found = new Map<object, Found[]>();
  const asking = new Map<string, Promise<SchemaId>>();
  const associations = createMemo<string | undefined>({
    limit: MAX_ASSOCIATIONS,
    now: () => options.clock.now(),
    freshMs: ASSOCIATED_MS,
  });

  const keep = (of: SubjectCodec, id: SchemaId): SchemaId => {
    const others = (found.get(of.codec) ?? []).filter((one) => !isSame(one.of, of));
    found.set(of.codec, [...others, { of, id }]);
    return id;
  };
  return {
    known(of) {
      const known = found.get(of.codec)?.find((one) => isSame(one.of, of));
      if (known !== undefined) return known.id;
      const generated = generatedId(of.codec, options);
      return generated === undefined ? undefined : keep(of, generated);
    },
    resolve(of) {
      const key = subjectKey(of);
      const request =
        asking.get(key) ??
        ask({ ...options, associations }, of).finally(() => {
          asking.delete(key);
        });
      asking.set(key, request);
      return request.then((id) => keep(of, id));
    },
  };
}

interface Found {
  readonly of: SubjectCodec;
  readonly id: SchemaId;
}

function isSame(a: SubjectCodec, b: SubjectCodec): boolean {
  return a.topic === b.topic && a.part === b.part && a.subject === b.subject;
}

/** What an id belongs to, as text: topics may share a subject, and each have an association of its own. */
export function subjectKey({ topic, part, subject, codec }: SubjectCodec): string {
  return [topic, part, subject, codec.fingerprint].join('\n');
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
async function ask(options: Asking, of: SubjectCodec): Promise<SchemaId> {
  const { registry, register } = options;
  const here = await lookUp(options, of);
  if (typeof here !== 'object') return here;
  const there = await associated(options, of);
  const found = there === of ? here : await lookUp(options, there);
  if (typeof found !== 'object') return found;
  if (register === 'never') throw unregistered(found, there, registry.url);
  return named(there, registry, async () =>
    called(options, there, await registry.register(there.subject, of.codec.schema)),
  );
}

/** The same under the subject that the registry associates with the topic, if it is another. */
function associated({ registry, associations }: Asking, of: SubjectCodec): Promise<SubjectCodec> {
  const { topic, part } = of;
  return named(of, registry, async () => {
    const subject = await associations(`${part}\n${topic}`, () =>
      associatedSubject(registry, topic, part),
    );
    return subject === undefined || subject === of.subject ? of : { ...of, subject };
  });
}

/** What the registry calls a schema, or the error that says that it has none such. */
function lookUp(options: SchemaIdsOptions, of: SubjectCodec): Promise<SchemaId | RegistryError> {
  const { registry } = options;
  return named(of, registry, async () => {
    try {
      return await called(options, of, await registry.lookup(of.subject, of.codec.schema));
    } catch (error) {
      if (isUnregistered(error)) return error;
      throw error;
    }
  });
}

/** @throws ProducerError that names the subject that was asked about */
async function named<T>(of: SubjectCodec, { url }: Registry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(error, of, url);
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
  const [who, what] = registry.guid
    ? [
        `The Schema Registry at ${registry.url} tells no GUID`,
        'Confluent Platform has GUIDs from version 8 on; with another registry,',
      ]
    : ['The registry client in use cannot look up the GUID', 'Use createRegistry, or'];
  throw new ProducerError(
    'REGISTRY',
    `${who} of ${of.codec.name} (subject "${of.subject}"), so nothing can be sent to "${of.topic}" ` +
      `with \`framing: 'header-guid'\`. ${what} write 'header-id' or 'prefix'.`,
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
