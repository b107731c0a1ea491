import type { Context } from 'hono';
import { versionAnswer } from './answer.js';
import { faults } from './fault.js';
import {
  ANY_CONTEXT,
  contextPrefix,
  parseSubject,
  printSubject,
  type QualifiedSubject,
} from './qualified-subject.js';
import { contextOf, flag, page, schemaRequestOf, subjectOf, versionOf } from './request.js';
import type { Registry, Route } from './route.js';
import type { Version } from './state.js';
import type { Which } from './store.js';

export function subjectRoutes(registry: Registry): Route[] {
  const { store } = registry;
  const named = (c: Context): QualifiedSubject => aliased(registry, subjectOf(c));
  const version = (c: Context): Version =>
    store.version(named(c), versionOf(c), flag(c, 'deleted') ? 'all' : 'live');

  return [
    ['GET', '/subjects', (c) => c.json(page(c, subjects(registry, c)))],
    ['POST', '/subjects/:subject', (c) => lookUp(registry, c, named(c))],
    [
      'DELETE',
      '/subjects/:subject',
      (c) => c.json(store.deleteSubject(named(c), flag(c, 'permanent'))),
    ],
    ['GET', '/subjects/:subject/metadata', (c) => c.json(withMetadata(registry, c, named(c)))],
    [
      'GET',
      '/subjects/:subject/versions',
      (c) => {
        const which = whichOf(c);
        const found = store.versions(named(c), which === 'live' ? 'live' : 'all');
        if (found.length === 0) throw faults.subjectNotFound(printSubject(named(c)));
        const isMarked = flag(c, 'deletedAsNegative');
        const numbers = store
          .versions(named(c), which)
          .map(({ version, deleted }) => (isMarked && deleted ? -version : version));
        return c.json(page(c, numbers));
      },
    ],
    ['POST', '/subjects/:subject/versions', (c) => register(registry, c, named(c))],
    [
      'GET',
      '/subjects/:subject/versions/:version',
      (c) =>
        c.json(versionAnswer(qualifyReferences(c, version(c)), formatted(registry, c, version(c)))),
    ],
    [
      'DELETE',
      '/subjects/:subject/versions/:version',
      (c) => c.json(store.deleteVersion(named(c), versionOf(c), flag(c, 'permanent'))),
    ],
    [
      'GET',
      '/subjects/:subject/versions/:version/schema',
      (c) => c.body(formatted(registry, c, version(c))),
    ],
    [
      'GET',
      '/subjects/:subject/versions/:version/referencedby',
      (c) => {
        const target = store.version(named(c), versionOf(c), 'all');
        const ids = new Set(store.referrers(target).map(({ id }) => id));
        return c.json(
          page(
            c,
            [...ids].sort((a, b) => a - b),
          ),
        );
      },
    ],
  ];
}

/** The subject that a name stands for: its own, or the one it is an alias of. */
export function aliased({ store }: Registry, subject: QualifiedSubject): QualifiedSubject {
  const alias = store.settings.own(subject)?.alias;
  return alias === undefined ? subject : parseSubject(alias, subject.context);
}

/** Which versions a request asks for by `deleted` and `deletedOnly`. */
export function whichOf(c: Context): Which {
  if (flag(c, 'deletedOnly')) return 'deleted';
  return flag(c, 'deleted') ? 'all' : 'live';
}

/** The text of a version, self-contained when `format=resolved` asks for it. */
export function formatted({ registrar }: Registry, c: Context, version: Version): string {
  return c.req.query('format') === 'resolved' ? registrar.resolve(version) : version.schema;
}

/** With `referenceFormat=qualified`, references say the context that they are in. */
export function qualifyReferences(c: Context, version: Version): Version {
  if (c.req.query('referenceFormat') !== 'qualified') return version;
  const { context } = parseSubject(version.subject);
  const references = version.references.map((reference) => ({
    ...reference,
    subject: printSubject(parseSubject(reference.subject, context)),
  }));
  return { ...version, references };
}

function subjects({ store }: Registry, c: Context): string[] {
  const context = contextOf(c);
  const isDefault = c.req.param('context') === undefined;
  const given = c.req.query('subjectPrefix') ?? (isDefault ? ANY_CONTEXT : '');
  const prefix = given.startsWith(':') ? given : contextPrefix(context) + given;
  const which = whichOf(c);
  const names = new Set(
    store.withPrefix(prefix, which === 'live' ? 'live' : 'all').map(({ subject }) => subject),
  );
  // A subject counts as deleted when all its versions are.
  const live = new Set(store.withPrefix(prefix, 'live').map(({ subject }) => subject));
  return [...names].filter((name) => which !== 'deleted' || !live.has(name));
}

async function register(
  { registrar, now }: Registry,
  c: Context,
  subject: QualifiedSubject,
): Promise<Response> {
  const request = await schemaRequestOf(c);
  const how = { normalize: flag(c, 'normalize'), force: flag(c, 'force'), now: now() };
  const version = registrar.register(subject, request, how);
  const { id, version: number, guid, schema, references, metadata } = version;
  return c.json({
    id,
    version: number,
    guid,
    schemaType: 'AVRO',
    schema,
    ...(references.length > 0 && { references }),
    ...(metadata && { metadata }),
  });
}

async function lookUp(
  registry: Registry,
  c: Context,
  subject: QualifiedSubject,
): Promise<Response> {
  const how = { normalize: flag(c, 'normalize'), deleted: flag(c, 'deleted') };
  const version = registry.registrar.lookUp(subject, await schemaRequestOf(c), how);
  return c.json(versionAnswer(version, formatted(registry, c, version)));
}

/** The newest version whose metadata has all the `key` and `value` pairs of the query. */
function withMetadata({ store }: Registry, c: Context, subject: QualifiedSubject): object {
  const keys = c.req.queries('key') ?? [];
  const values = c.req.queries('value') ?? [];
  const versions = store.versions(subject, flag(c, 'deleted') ? 'all' : 'live').reverse();
  if (versions.length === 0) throw faults.subjectNotFound(printSubject(subject));
  const found = versions.find(({ metadata }) =>
    keys.every((key, i) => metadata?.properties?.[key] === values[i]),
  );
  if (found === undefined) throw faults.schemaNotFound();
  return versionAnswer(found);
}
