import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { type Certificate, makeCertificate } from '../../../local/kafka/certificate.js';
import type { RegistryTls } from '../../../runtime/registry/tls-fetch.js';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a loopback server does with one request: answer, or misbehave on its own. */
export type Reaction =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | { readonly status?: number; readonly text: string; readonly headers?: Record<string, string> }
  | { readonly raw: (response: ServerResponse) => void };

export interface Loopback {
  readonly url: string;
  readonly heard: Heard[];
  /** Paths asked for, with their methods, in order. */
  paths(): string[];
  stop(): Promise<void>;
}

/** A real HTTP server on the loopback interface; with `tls` one of HTTPS. */
export async function startLoopback(
  react: (heard: Heard, count: number) => Reaction,
  tls?: ServerOptions,
): Promise<Loopback> {
  const heard: Heard[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url: path = '', headers } = request;
    const one = { method, path, headers, body };
    heard.push(one);
    const reaction = react(one, heard.length);
    if ('raw' in reaction) return reaction.raw(response);
    const json = 'json' in reaction;
    response.writeHead(reaction.status ?? 200, {
      'content-type': json ? 'application/vnd.schemaregistry.v1+json' : 'text/html',
      ...reaction.headers,
    });
    response.end(json ? JSON.stringify(reaction.json) : reaction.text);
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  // Safe: a TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    heard,
    paths: () => heard.map(({ method, path }) => `${method} ${path}`),
    async stop() {
      const closed = new Promise((done) => server.close(done));
      // Those in the midst of a handshake, too, which the server does not count yet.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A URL at which nothing listens (any more). */
export async function deadUrl(tls?: ServerOptions): Promise<string> {
  const server = await startLoopback(() => ({ json: {} }), tls);
  await server.stop();
  return server.url;
}

/** How a client reaches a server: what each of them is told. */
export interface Way {
  readonly server?: ServerOptions;
  readonly client: { readonly tls?: RegistryTls };
}

/** Node's own fetch, and ours over `node:https`: one may do nothing that the other does not. */
export const WAYS: readonly (readonly [string, () => Promise<Way>])[] = [
  ['fetch', async () => ({ client: {} })],
  ['node:https', async () => wayOf(await makeCertificate())],
];

function wayOf({ privateKey, certificate }: Certificate): Way {
  return {
    server: { key: privateKey, cert: certificate },
    client: { tls: { ca: certificate } },
  };
}

/** Starts servers, which stop when the test that started them is over. To be called once by a file. */
export function loopbacks(): typeof startLoopback {
  const servers: Loopback[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });
  return async (...args) => {
    const server = await startLoopback(...args);
    servers.push(server);
    return server;
  };
}
