/** Reads what a client sends: path, query and body. */
import type { Context } from 'hono';
import { asObject } from '../../runtime/registry/http.js';
import { faults } from './fault.js';
import { readMetadata } from './metadata.js';
import {
  DEFAULT_CONTEXT,
  parseContext,
  parseSubject,
  type QualifiedSubject,
} from './qualified-subject.js';
import type { SchemaRequest } from './registration.js';
import type { Reference } from './state.js';
import type { VersionNumber } from './store.js';

/** Highest version and id: a Java int. */
const MAX_INT = 2_147_483_647;
/** Most references in one request. */
const MAX_REFERENCES = 1_000;

/** The context of a URL under `/contexts/…`, else the default one. @throws Fault 400 */
export function contextOf(c: Context): string {
  const given = c.req.param('context');
  if (given === undefined) return DEFAULT_CONTEXT;
  const context = parseContext(given);
  if (context === undefined) throw faults.badRequest('Context name cannot contain a colon');
  return context;
}

/** The subject of the path, in the context of the path unless it names its own. */
export function subjectOf(c: Context): QualifiedSubject {
  return parseSubject(c.req.param('subject') ?? '', contextOf(c));
}

/** A version number, `latest` or -1. @throws Fault 42202 */
export function versionOf(c: Context): VersionNumber {
  const text = (c.req.param('version') ?? '').trim();
  if (text.toLowerCase() === 'latest' || text === '-1') return 'latest';
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MAX_INT) throw faults.invalidVersion(text);
  return number;
}

/** A schema id of the path. @throws Fault 404, as for a path that is not there */
export function idOf(c: Context): number {
  const text = c.req.param('id') ?? '';
  if (!/^-?\d{1,10}$/.test(text) || Math.abs(Number(text)) > MAX_INT) throw faults.notFound();
  return Number(text);
}

/** A query parameter that is on when it says `true`. */
export function flag(c: Context, name: string): boolean {
  return c.req.query(name)?.toLowerCase() === 'true';
}

/** The part of a list that `offset` and `limit` ask for. @throws Fault 404, as Confluent does */
export function page<T>(c: Context, list: readonly T[]): readonly T[] {
  const [offset, limit] = ['offset', 'limit'].map((name) => {
    const text = c.req.query(name) ?? '0';
    if (!/^-?\d{1,10}$/.test(text)) throw faults.notFound();
    return Math.max(0, Number(text));
  });
  const from = offset ?? 0;
  return list.slice(from, limit ? from + limit : undefined);
}

/** The body as an object. @throws Fault 400, 422 */
export async function bodyOf(c: Context): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  if (text.trim() === '') throw faults.unprocessable('The request body may not be empty');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw faults.badRequest('The request body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw faults.badRequest('The request body is not a JSON object');
  }
  return asObject(body);
}

/** The body of a request about a schema. @throws Fault 400, 42201, 422 */
export async function schemaRequestOf(c: Context): Promise<SchemaRequest> {
  const body = await bodyOf(c);
  const { schema, schemaType = 'AVRO', references = [], metadata, ruleSet, id, version } = body;
  if (isGiven(schema) && typeof schema !== 'string') {
    throw faults.badRequest('"schema" is not a string: put the schema there as JSON text');
  }
  if (schemaType !== null && schemaType !== 'AVRO') {
    throw faults.invalidSchema(`Invalid schema type ${String(schemaType)}: this registry has AVRO`);
  }
  return {
    schema: typeof schema === 'string' ? schema : undefined,
    references: readReferences(references ?? []),
    metadata: readMetadata(metadata),
    ruleSet: ruleSet ?? undefined,
    // -1 stands for "none".
    id: readInt(id, 'id') >= 0 ? readInt(id, 'id') : undefined,
    version: readInt(version, 'version'),
  };
}

/** An integer, or -1 where none is given. */
function readInt(given: unknown, name: string): number {
  if (!isGiven(given)) return -1;
  if (typeof given === 'number' && Number.isInteger(given) && given <= MAX_INT) return given;
  throw faults.badRequest(`"${name}" is not an integer`);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readReferences(given: unknown): Reference[] {
  if (!Array.isArray(given)) throw faults.badRequest('"references" is not a list');
  if (given.length > MAX_REFERENCES) {
    throw faults.unprocessable(`"references" has over ${MAX_REFERENCES} entries`);
  }
  return given.map((item: unknown) => {
    const { name, subject, version } = asObject(item);
    if (typeof name !== 'string' || typeof subject !== 'string' || typeof version !== 'number') {
      throw faults.unprocessable('A reference has a "name", a "subject" and a "version"');
    }
    return { name, subject, version };
  });
}
