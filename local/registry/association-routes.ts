import type { Context } from 'hono';
import { associate, dissociate } from './associations.js';
import { faults } from './fault.js';
import { parseSubject, printSubject } from './qualified-subject.js';
import { bodyOf, contextOf, flag, page } from './request.js';
import type { Registry, Route } from './route.js';
import type { Association } from './state.js';

/** In a path: whatever the namespace. */
const ANY_NAMESPACE = '-';

export function associationRoutes(registry: Registry): Route[] {
  const found = (c: Context, isWanted: (one: Association) => boolean): Response =>
    c.json(page(c, ofQuery(registry, c).filter(isWanted)));
  const param = (c: Context, name: string): string => c.req.param(name) ?? '';
  const update = (c: Context, isUpdate: boolean): Promise<Response> => put(registry, c, isUpdate);
  return [
    ['POST', '/associations', (c) => update(c, false)],
    [
      'GET',
      '/associations/subjects/:subject',
      (c) => {
        const subject = printSubject(parseSubject(param(c, 'subject'), contextOf(c)));
        return found(c, (one) => one.subject === subject);
      },
    ],
    [
      'GET',
      '/associations/resources/:namespace/:name',
      (c) => {
        const [namespace, name] = [param(c, 'namespace'), param(c, 'name')];
        return found(
          c,
          (one) =>
            one.resourceName === name &&
            (namespace === ANY_NAMESPACE || one.resourceNamespace === namespace),
        );
      },
    ],
    [
      'GET',
      '/associations/resources/:id',
      (c) => found(c, ({ resourceId }) => resourceId === param(c, 'id')),
    ],
    ['PUT', '/associations/resources/:id', (c) => update(c, true)],
    [
      'DELETE',
      '/associations/resources/:id',
      (c) => {
        const types = c.req.queries('associationType') ?? [];
        dissociate(registry.store, param(c, 'id'), { types, isDryRun: flag(c, 'dryRun') });
        return c.body(null, 204);
      },
    ],
  ];
}

/** Those that the query asks for, by name of the resource. */
function ofQuery({ store }: Registry, c: Context): Association[] {
  const types = c.req.queries('associationType') ?? [];
  const { resourceType = 'topic', lifecycle } = c.req.query();
  return [...store.associations.values()]
    .filter(
      (one) =>
        (types.length === 0 || types.includes(one.associationType)) &&
        one.resourceType === (resourceType || 'topic') &&
        (lifecycle === undefined || one.lifecycle === lifecycle),
    )
    .sort((a, b) => (a.resourceName < b.resourceName ? -1 : 1));
}

async function put({ store }: Registry, c: Context, isUpdate: boolean): Promise<Response> {
  const given = await bodyOf(c);
  const id = c.req.param('id');
  const { resourceId = id } = given;
  if (id !== undefined && resourceId !== id)
    throw faults.invalidAssociation('resourceId', 'is another one in the path');
  const body = { ...given, resourceId };
  const context = contextOf(c);
  const kept = associate(store, { body, context, isUpdate, isDryRun: flag(c, 'dryRun') });
  const [{ resourceName, resourceNamespace, resourceType } = NOTHING] = kept;
  return c.json({
    resourceName,
    resourceNamespace,
    resourceId,
    resourceType,
    associations: kept.map(({ subject, associationType, lifecycle, frozen }) => ({
      subject,
      associationType,
      lifecycle,
      frozen,
    })),
  });
}

const NOTHING: Partial<Association> = {};
