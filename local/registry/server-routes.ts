import { faults } from './fault.js';
import { contextOf, page } from './request.js';
import type { Registry, Route } from './route.js';

/** What the registry says about itself, and its contexts. */
export function serverRoutes({ store }: Registry): Route[] {
  return [
    ['GET', '/', (c) => c.json({})],
    ['POST', '/', (c) => c.json({})],
    [
      'GET',
      '/contexts',
      (c) => {
        const prefix = c.req.query('contextPrefix') ?? '';
        return c.json(
          page(
            c,
            store.contexts().filter((context) => context.startsWith(prefix)),
          ),
        );
      },
    ],
    [
      'GET',
      '/v1/metadata/id',
      (c) =>
        c.json({ scope: { path: [], clusters: { 'schema-registry-cluster': 'tavro' } }, id: '' }),
    ],
    ['GET', '/v1/metadata/version', (c) => c.json({ version: API_VERSION, commitId: '' })],
    ['GET', '/v1/metadata/deployment', (c) => c.json({ attributes: {} })],
  ];
}

/** The release of Confluent Platform whose API this is. */
const API_VERSION = '8.1.0';

/** Not under a context's own prefix: it deletes that context. */
export function contextRoutes({ store }: Registry): Route[] {
  return [
    [
      'DELETE',
      '/contexts/:context',
      (c) => {
        const context = contextOf(c);
        if (!store.contexts().includes(context)) throw faults.notFound();
        store.deleteContext(context);
        return c.body(null, 204);
      },
    ],
  ];
}
