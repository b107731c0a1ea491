import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startRegistry } from '../../../local/registry/server.js';
import {
  createRegistry,
  type RegistryClient,
  type RegistryOptions,
} from '../../../runtime/registry/client.js';

/** How a registry is; all but `well` is a way to fail. */
export type Condition = 'well' | 'hangs' | 'resets' | 'busy' | 'broken' | 'garbage' | 'gone';

/** What the client says of each failure: its code, and whether asking again may help. */
export const failures = [
  { condition: 'hangs', code: 'TIMED_OUT', retriable: true },
  { condition: 'resets', code: 'UNREACHABLE', retriable: true },
  { condition: 'busy', code: 'RATE_LIMITED', retriable: true },
  { condition: 'broken', code: 'SERVER', retriable: true },
  // A page of a proxy or another server: the URL is wrong, which waiting does not mend.
  { condition: 'garbage', code: 'GARBAGE', retriable: false },
  { condition: 'gone', code: 'UNREACHABLE', retriable: true },
] as const;

/** What answers is waited for, however busy the machine is. */
const PATIENCE = { timeoutMs: 60_000, totalTimeoutMs: 60_000, retries: 1 };
/** Far below the client's own: a test ends in time only where these are heeded. */
const IMPATIENCE = { timeoutMs: 1_000, totalTimeoutMs: 6_000 };

/** For a client of a registry that is about to be like this. */
export function patienceWith(condition: Condition): Partial<RegistryOptions> {
  return condition === 'hangs' ? IMPATIENCE : {};
}

export interface FailingRegistry {
  readonly url: string;
  /** `POST /subjects/clicks-value`, in order, answered or not. */
  readonly heard: readonly string[];
  /** A client that waits for what answers, and tries twice. */
  client(options?: Partial<RegistryOptions>): RegistryClient;
  be(condition: Condition): Promise<void>;
  /** Waits for the next request. */
  asked(): Promise<void>;
  stop(): Promise<void>;
}

/** The dev registry behind a server that fails as it is told to; it keeps its address throughout. */
export async function startFailingRegistry(): Promise<FailingRegistry> {
  const dev = await startRegistry();
  const heard: string[] = [];
  let condition: Condition = 'well';
  let tell = (): void => {};
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    tell();
    void answer(condition, dev.url, request, response);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  await listen(0);
  // Safe: a TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    heard,
    client: (options) => createRegistry({ url, ...PATIENCE, ...options }),
    async be(next) {
      if (next === 'gone' && server.listening) await close();
      if (next !== 'gone' && !server.listening) await listen(port);
      condition = next;
    },
    asked: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
    async stop() {
      if (server.listening) await close();
      await dev.stop();
    },
  };
}

async function answer(
  condition: Condition,
  devUrl: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (condition) {
    case 'hangs':
      return;
    case 'resets':
    case 'gone':
      response.destroy();
      return;
    case 'busy':
      response.writeHead(429).end('{"error_code":429,"message":"slow down"}');
      return;
    case 'broken':
      response.writeHead(500).end('{"error_code":50001,"message":"store"}');
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome!</html>');
      return;
    case 'well': {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = '', url = '' } = request;
      const type = request.headers['content-type'] ?? 'application/json';
      const told = await fetch(devUrl + url, {
        method,
        headers: { 'content-type': type },
        body: chunks.length > 0 ? Buffer.concat(chunks) : null,
      });
      response.writeHead(told.status, { 'content-type': 'application/json' });
      response.end(await told.text());
    }
  }
}
