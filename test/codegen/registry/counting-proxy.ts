import type { ServerOptions } from 'node:https';
import {
  type Heard,
  type Loopback,
  type Reaction,
  startLoopback,
} from '../../runtime/registry/loopback.js';

/** A server that passes everything on, and keeps what was asked. */
export function startProxy(target: () => string, tls?: ServerOptions): Promise<Loopback> {
  const pass = ({ method, path, body, headers }: Heard): Reaction => ({
    raw: async (response) => {
      const type = headers['content-type'];
      const answer = await fetch(target() + path, {
        method,
        headers: type === undefined ? {} : { 'content-type': type },
        body: body === '' ? null : body,
      });
      response.writeHead(answer.status, {
        'content-type': `${answer.headers.get('content-type')}`,
      });
      response.end(await answer.text());
    },
  });
  return startLoopback(pass, tls);
}
