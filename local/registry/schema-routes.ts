import type { Context } from 'hono';
import { schemaAnswer, versionAnswer } from './answer.js';
import { faults } from './fault.js';
import { contextPrefix, parseSubject } from './qualified-subject.js';
import { contextOf, flag, idOf, page } from './request.js';
import type { Registry, Route } from './route.js';
import type { Version } from './state.js';
import { compare } from './store.js';
import { formatted, qualifyReferences, whichOf } from './subject-routes.js';

export function schemaRoutes(registry: Registry): Route[] {
  const { store } = registry;
  return [
    ['GET', '/schemas', (c) => c.json(page(c, schemas(registry, c)))],
    ['GET', '/schemas/types', (c) => c.json(['AVRO'])],
    ['GET', '/schemas/ids/:id', (c) => c.json(byId(registry, c))],
    ['GET', '/schemas/ids/:id/schema', (c) => c.body(formatted(registry, c, anyOf(registry, c)))],
    [
      'GET',
      '/schemas/ids/:id/subjects',
      (c) => {
        const names = new Set(wanted(registry, c).map(({ subject }) => subject));
        return c.json(page(c, [...names]));
      },
    ],
    [
      'GET',
      '/schemas/ids/:id/versions',
      (c) => {
        const found = wanted(registry, c);
        return c.json(
          page(
            c,
            found.map(({ subject, version }) => ({ subject, version })),
          ),
        );
      },
    ],
    [
      'GET',
      '/schemas/guids/:guid',
      (c) => {
        // The same everywhere; what it refers to is that of the context asked in, if it is there.
        const found = store.byGuid(c.req.param('guid') ?? '');
        const isOwn = ({ subject }: Version) => parseSubject(subject).context === contextOf(c);
        const version = found.find(isOwn) ?? found[0];
        if (version === undefined) throw faults.schemaNotFound(c.req.param('guid'));
        return c.json(schemaAnswer(version, formatted(registry, c, version)));
      },
    ],
    [
      'GET',
      '/schemas/guids/:guid/ids',
      (c) => {
        const found = store.byGuid(c.req.param('guid') ?? '');
        if (found.length === 0) throw faults.schemaNotFound(c.req.param('guid'));
        return c.json(
          found.map(({ subject, id }) => ({ context: parseSubject(subject).context, id })),
        );
      },
    ],
  ];
}

/** All versions with the id that the path asks for, oldest subject first. @throws Fault 40403 */
function withId({ store }: Registry, c: Context): readonly Version[] {
  const id = idOf(c);
  const subject = parseSubject(c.req.query('subject') ?? '', contextOf(c));
  const found = store.byId(id, subject);
  if (found.length === 0) throw faults.schemaNotFound(id);
  return [...found].sort((a, b) => compare(a.subject, b.subject) || a.version - b.version);
}

/** One of them: of the subject asked about, and live, if there is one. */
function anyOf(registry: Registry, c: Context): Version {
  const found = withId(registry, c);
  const asked = parseSubject(c.req.query('subject') ?? '').name;
  const ofSubject = found.filter(({ subject }) => parseSubject(subject).name === asked);
  const candidates = [...ofSubject, ...found];
  const version = candidates.find(({ deleted }) => !deleted) ?? candidates[0];
  if (version === undefined) throw faults.schemaNotFound(idOf(c));
  return version;
}

function byId(registry: Registry, c: Context): object {
  const version = anyOf(registry, c);
  const { subject, version: number } = version;
  return {
    subject,
    version: number,
    ...schemaAnswer(qualifyReferences(c, version), formatted(registry, c, version)),
    ...(flag(c, 'fetchMaxId') && { maxId: registry.store.maxId(parseSubject(subject).context) }),
  };
}

function wanted(registry: Registry, c: Context): readonly Version[] {
  const found = withId(registry, c);
  return flag(c, 'deleted') ? found : found.filter(({ deleted }) => !deleted);
}

function schemas({ store }: Registry, c: Context): readonly object[] {
  const given = c.req.query('subjectPrefix') ?? '';
  const prefix = given.startsWith(':') ? given : contextPrefix(contextOf(c)) + given;
  const found = store.withPrefix(prefix, whichOf(c));
  const listed = flag(c, 'latestOnly')
    ? found.filter(({ subject }, i) => found[i + 1]?.subject !== subject)
    : found;
  return listed.map((version) => versionAnswer(version));
}
