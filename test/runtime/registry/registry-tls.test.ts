/** Mutual TLS: `fetch` itself takes no client certificate, so the client takes another fetch. */
import { createServer, request, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GenerateResult, generate } from 'selfsigned';
import { createRegistry } from '../../../runtime/registry/client.js';

let ours: GenerateResult;
let theirs: GenerateResult;
let url: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  const name = { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] } as const;
  const extensions = [{ ...name, altNames: [...name.altNames] }];
  [ours, theirs] = await Promise.all([
    generate([{ name: 'commonName', value: 'registry' }], { extensions }),
    generate([{ name: 'commonName', value: 'client' }]),
  ]);
  const tls: ServerOptions = {
    key: ours.private,
    cert: ours.cert,
    ca: theirs.cert,
    requestCert: true,
    rejectUnauthorized: true,
  };
  const server = createServer(tls, (_, response) => {
    response.end(JSON.stringify({ schema: '"int"' }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  // Safe: a TCP server that listens has an AddressInfo.
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stop = () =>
    new Promise((done) => {
      server.closeAllConnections();
      server.close(() => done());
    });
});
afterAll(() => stop());

/** A fetch over node:https with a certificate of its own. */
function fetchWith(tls: { ca: string; cert?: string; key?: string }): typeof fetch {
  return (input, { method, headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const options = {
        ...tls,
        method: method ?? 'GET',
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal && { signal }),
      };
      const sent = request(String(input), options, (got) => {
        const { statusCode: status = 0 } = got;
        // Safe: Node's own streams are what its Response takes.
        resolve(new Response(Readable.toWeb(got) as ReadableStream, { status }));
      });
      sent.on('error', reject).end(body);
    });
}

describe('mutual TLS', () => {
  it('works through a fetch with a client certificate', async () => {
    const tls = { ca: ours.cert, cert: theirs.cert, key: theirs.private };
    const registry = createRegistry({ url, fetch: fetchWith(tls) });
    expect((await registry.schemaById(1)).schema).toBe('"int"');
  });

  it('is refused without one, and says why', async () => {
    const registry = createRegistry({ url, fetch: fetchWith({ ca: ours.cert }), retries: 0 });
    await expect(registry.schemaById(1)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('is refused by the ordinary fetch, which does not know the authority', async () => {
    const registry = createRegistry({ url, retries: 0 });
    await expect(registry.schemaById(1)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/SELF_SIGNED|certificate/i),
    });
  });
});
