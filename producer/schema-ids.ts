import { type Codec, type Registry, RegistryError } from '../runtime/index.js';
import { isTransient, isUnregistered } from '../runtime/registry/error.js';
import { ProducerError } from './errors.js';

/** What a schema id is looked up for. */
export interface SubjectCodec {
  readonly topic: string;
  readonly subject: string;
  readonly codec: Codec<unknown, never>;
}

/** Finds the id that goes into the frame: once per subject and codec, and never a failure twice. */
export interface SchemaIds {
  /** The id if it needs no request. */
  known(of: SubjectCodec): number | undefined;
  /**
   * Asks the registry; calls at the same time share one request.
   * @throws ProducerError `SCHEMA_UNREGISTERED`, `SCHEMA_REFUSED` or `REGISTRY`.
   */
  resolve(of: SubjectCodec): Promise<number>;
}

export interface SchemaIdsOptions {
  readonly registry: Registry;
  readonly register: 'never' | 'allowed';
}

export function createSchemaIds(options: SchemaIdsOptions): SchemaIds {
  // As many entries as the application has topics.
  const found = new Map<string, number>();
  const asking = new Map<string, Promise<number>>();

  const keep = (of: SubjectCodec, id: number): number => {
    found.set(subjectKey(of), id);
    return id;
  };
  return {
    known(of) {
      const id = found.get(subjectKey(of));
      if (id !== undefined) return id;
      const generated = generatedId(of.codec, options.registry.url);
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

/** The newest id that was known when the code was generated. */
function generatedId(codec: Codec<unknown, never>, url: string): number | undefined {
  const ids = Object.entries(codec.knownIds[url] ?? {})
    .filter(([, fingerprint]) => fingerprint === codec.fingerprint)
    .map(([id]) => Number(id));
  return ids.length === 0 ? undefined : Math.max(...ids);
}

async function ask(options: SchemaIdsOptions, of: SubjectCodec): Promise<number> {
  const { registry, register } = options;
  try {
    return await registry.lookup(of.subject, of.codec.schema);
  } catch (error) {
    if (!isUnregistered(error)) throw failure(error, of, registry.url);
    if (register === 'never') throw unregistered(error, of, registry.url);
  }
  try {
    return await registry.register(of.subject, of.codec.schema);
  } catch (error) {
    throw failure(error, of, registry.url);
  }
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
