/** The registry's HTTP side: routes, media types, limits, errors. */
import { type Context, Hono } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { associationRoutes } from './association-routes.js';
import { compatibilityRoutes } from './compatibility-routes.js';
import { Fault, faults } from './fault.js';
import type { HostNames } from './host-names.js';
import { DEFAULT_MEDIA_TYPE, isReadable, negotiate } from './media-type.js';
import type { Registry, Route } from './route.js';
import { schemaRoutes } from './schema-routes.js';
import { contextRoutes, serverRoutes } from './server-routes.js';
import { settingsRoutes } from './settings-routes.js';
import { subjectRoutes } from './subject-routes.js';

export interface AppOptions {
  readonly registry: Registry;
  /** Asked of every request when given. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** Names that requests may call this server by. */
  readonly hosts: HostNames;
  /** Called after every request that may have changed something, before it is answered. */
  readonly save?: () => Promise<void>;
  /** Told about faults of our own, never about a client's. */
  readonly onError?: (error: unknown) => void;
}

/** Largest request body, in bytes. */
const MAX_BODY_BYTES = 8_388_608;

export function createApp({ registry, auth, hosts, save, onError }: AppOptions): Hono {
  const app = new Hono({ strict: false });
  app.onError((error, c) => fail(c, error, onError));
  app.notFound((c) => fail(c, faults.notFound()));
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-cache, no-store, must-revalidate');
    if (c.res.status !== 204)
      c.header('content-type', negotiate(c.req.header('accept')) ?? DEFAULT_MEDIA_TYPE);
  });
  app.use(async (c, next) => {
    const host = c.req.header('host');
    if (!hosts.has(host)) throw faults.misdirected(host);
    await next();
  });
  if (auth !== undefined) {
    const invalidUserMessage = { error_code: 401, message: 'Unauthorized' };
    app.use(basicAuth({ ...auth, realm: 'Schema Registry', invalidUserMessage }));
  }
  app.use(async (c, next) => {
    if (negotiate(c.req.header('accept')) === undefined) {
      throw new Fault(406, 'HTTP 406 Not Acceptable');
    }
    const hasBody = c.req.method === 'POST' || c.req.method === 'PUT';
    if (hasBody && !isReadable(c.req.header('content-type'))) {
      throw new Fault(415, 'HTTP 415 Unsupported Media Type');
    }
    await next();
    if (save !== undefined && c.req.method !== 'GET' && c.error === undefined) await save();
  });
  const onBodyTooLarge = (c: Context): Response =>
    fail(c, new Fault(413, `The request body has over ${MAX_BODY_BYTES} bytes`));
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: onBodyTooLarge }));

  const routes = [
    ...subjectRoutes(registry),
    ...schemaRoutes(registry),
    ...compatibilityRoutes(registry),
    ...settingsRoutes(registry),
    ...associationRoutes(registry),
    ...serverRoutes(registry),
  ];
  // Each path also exists within a context: /contexts/.staging/subjects/…
  const within = routes.map(
    ([method, path, answer]): Route => [method, `/contexts/:context${path}`, answer],
  );
  mount(app, [...contextRoutes(registry), ...routes, ...within]);
  return app;
}

function mount(app: Hono, routes: readonly Route[]): void {
  for (const [method, path, answer] of routes) app.on(method, path, answer);
  for (const path of new Set(routes.map(([, path]) => path))) {
    app.all(path, (c) => fail(c, new Fault(405, 'HTTP 405 Method Not Allowed')));
  }
}

function fail(c: Context, error: unknown, onError?: (error: unknown) => void): Response {
  // Of basicAuth, with its own answer.
  if (error instanceof HTTPException) return error.getResponse();
  const fault =
    error instanceof Fault ? error : new Fault(500, 'Internal Server Error', { cause: error });
  if (fault.status >= 500) onError?.(fault.cause ?? fault);
  // Safe: a Fault's status is one of HTTP's error statuses, all of which have a body.
  const status = fault.status as 400;
  return c.json({ error_code: fault.errorCode, message: fault.message }, status);
}
