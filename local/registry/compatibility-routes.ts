import type { Context } from 'hono';
import { Fault } from './fault.js';
import { flag, schemaRequestOf, subjectOf, versionOf } from './request.js';
import type { Registry, Route } from './route.js';
import type { VersionNumber } from './store.js';
import { aliased } from './subject-routes.js';

export function compatibilityRoutes(registry: Registry): Route[] {
  return [
    ['POST', '/compatibility/subjects/:subject/versions', (c) => test(registry, c)],
    [
      'POST',
      '/compatibility/subjects/:subject/versions/:version',
      (c) => test(registry, c, versionOf(c)),
    ],
  ];
}

async function test(registry: Registry, c: Context, against?: VersionNumber): Promise<Response> {
  const verbose = flag(c, 'verbose');
  const request = await schemaRequestOf(c);
  const how = { normalize: flag(c, 'normalize'), ...(against !== undefined && { against }) };
  try {
    const subject = aliased(registry, subjectOf(c));
    const { compatible, messages } = registry.registrar.test(subject, request, how);
    return c.json({ is_compatible: compatible, ...(verbose && { messages }) });
  } catch (error) {
    // An invalid schema is an error, except to those who ask for details.
    if (!verbose || !(error instanceof Fault) || error.errorCode !== 42201) throw error;
    return c.json({ is_compatible: false, messages: [error.message] });
  }
}
