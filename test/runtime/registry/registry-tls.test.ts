/** Private certificate authorities and client certificates: `fetch` itself takes neither. */
import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { createServer as createPlainServer } from 'node:http';
import { createServer, request, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GenerateResult, generate } from 'selfsigned';
import {
  createRegistry,
  RegistryError,
  type RegistryOptions,
} from '../../../runtime/registry/client.js';
import type { RegistryTls } from '../../../runtime/registry/tls-fetch.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PASSPHRASE = 'pass-7f3a';

/** An authority, what it signed for the server, and certificates of nobody in particular. */
let authority: GenerateResult;
let ours: GenerateResult;
let theirs: GenerateResult;
let other: GenerateResult;
/** A server with the authority's certificate; one that shows the authority, too; one that asks for a certificate; one without TLS. */
let urls: Record<'signed' | 'chain' | 'self' | 'mutual' | 'mutual12' | 'plain', string>;
const servers: ReturnType<typeof createPlainServer>[] = [];

beforeAll(async () => {
  const name = { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] } as const;
  const extensions = [{ ...name, altNames: [...name.altNames] }];
  const signs = [{ name: 'basicConstraints', cA: true, critical: true }] as const;
  authority = await generate([{ name: 'commonName', value: 'authority' }], {
    extensions: [...signs],
  });
  const ca = { key: authority.private, cert: authority.cert };
  [ours, theirs, other] = await Promise.all([
    generate([{ name: 'commonName', value: 'registry' }], { extensions, ca }),
    generate([{ name: 'commonName', value: 'client' }]),
    generate([{ name: 'commonName', value: 'other' }], { extensions }),
  ]);
  const signed: ServerOptions = { key: ours.private, cert: ours.cert };
  const mutual = { ...signed, ca: theirs.cert, requestCert: true, rejectUnauthorized: true };
  urls = {
    signed: await listen(signed),
    chain: await listen({ ...signed, cert: `${ours.cert}\n${authority.cert}` }),
    self: await listen({ key: other.private, cert: other.cert }),
    mutual: await listen(mutual),
    mutual12: await listen({ ...mutual, maxVersion: 'TLSv1.2' }),
    plain: (await listen()).replace('http:', 'https:'),
  };
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function listen(tls?: ServerOptions): Promise<string> {
  const answer: Parameters<typeof createServer>[1] = (_, response) => {
    response.end(JSON.stringify({ schema: '"int"' }));
  };
  const server = tls === undefined ? createPlainServer(answer) : createServer(tls, answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  servers.push(server);
  // Safe: a TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
}

const client = (options: RegistryOptions) => createRegistry({ retries: 0, ...options });

/** What the client says, without its address. */
async function refusal(options: RegistryOptions): Promise<string> {
  const error = await client(options)
    .schemaById(1)
    .catch((error: unknown) => error);
  if (!(error instanceof RegistryError)) throw new Error(`not refused: ${String(error)}`);
  expect(error.code).toBe('UNREACHABLE');
  return error.message.replace(/^Schema Registry https:\/\/127\.0\.0\.1:\d+: /, '');
}

const encrypted = (key: string): string =>
  createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
    .toString();

describe('an authority of its own', () => {
  it.each(['signed', 'chain'] as const)('is trusted where it is given (%s)', async (name) => {
    const registry = client({ url: urls[name], tls: { ca: authority.cert } });
    expect((await registry.schemaById(1)).schema).toBe('"int"');
  });

  const how =
    'Nobody here trusts who signed its certificate: give that authority in PEM as tls.ca, ' +
    'or a file of it as SCHEMA_REGISTRY_CA_LOCATION (GET /schemas/ids/1)';
  it.each([
    ['signed', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE unable to verify the first certificate'],
    ['chain', 'SELF_SIGNED_CERT_IN_CHAIN self-signed certificate in certificate chain'],
    ['self', 'DEPTH_ZERO_SELF_SIGNED_CERT self-signed certificate'],
  ] as const)('is asked for where it is not (%s)', async (name, why) => {
    const told = `cannot be reached: ${why}. ${how}`;
    expect(await refusal({ url: urls[name] })).toBe(told);
    expect(await refusal({ url: urls[name], tls: {} })).toBe(told);
  });

  it('is told to be another one', async () => {
    expect(await refusal({ url: urls.self, tls: { ca: authority.cert } })).toBe(
      'cannot be reached: DEPTH_ZERO_SELF_SIGNED_CERT self-signed certificate. ' +
        'Its certificate is not of the authority in tls.ca (SCHEMA_REGISTRY_CA_LOCATION) (GET /schemas/ids/1)',
    );
  });

  it('is no help where no TLS is spoken', async () => {
    for (const tls of [undefined, { ca: authority.cert }])
      expect(await refusal({ url: urls.plain, tls })).toMatch(
        /^cannot be reached: E\w+ wrong version number\. Is it http:\/\/, without TLS\? \(GET \/schemas\/ids\/1\)$/,
      );
  });
});

describe('mutual TLS', () => {
  const shown = (): RegistryTls => ({
    ca: authority.cert,
    cert: theirs.cert,
    key: theirs.private,
  });

  it('works with a client certificate', async () => {
    const registry = client({ url: urls.mutual, tls: shown() });
    expect((await registry.schemaById(1)).schema).toBe('"int"');
  });

  it('works with a key that is encrypted', async () => {
    const tls = { ...shown(), key: encrypted(theirs.private), passphrase: PASSPHRASE };
    expect((await client({ url: urls.mutual, tls }).schemaById(1)).schema).toBe('"int"');
  });

  it('works through a fetch with a client certificate', async () => {
    const registry = client({ url: urls.mutual, fetch: fetchWith(shown()) });
    expect((await registry.schemaById(1)).schema).toBe('"int"');
  });

  it.each(['mutual', 'mutual12'] as const)('is refused without one (%s)', async (name) => {
    expect(await refusal({ url: urls[name], tls: { ca: authority.cert } })).toMatch(
      /^cannot be reached: E\w+ .*\. Does it want a client certificate\? Give tls\.cert and tls\.key, or SCHEMA_REGISTRY_CERTIFICATE_LOCATION and SCHEMA_REGISTRY_KEY_LOCATION \(GET \/schemas\/ids\/1\)$/,
    );
  });
});

describe('what cannot be used is told before anything is asked', () => {
  it.each<[string, () => RegistryTls, string]>([
    ['text', () => ({ ca: 'no PEM' }), 'tls.ca cannot be used: is it PEM, and all of it?'],
    [
      'half a certificate',
      () => ({ ca: authority.cert.slice(0, 200) }),
      'tls.ca cannot be used: is it PEM, and all of it?',
    ],
    [
      'a key alone',
      () => ({ key: theirs.private }),
      'tls.cert cannot be used: is it PEM, and all of it?',
    ],
    [
      'a certificate alone',
      () => ({ cert: theirs.cert }),
      'tls.key or tls.passphrase cannot be used: is it PEM, and all of it?',
    ],
    [
      'an encrypted key',
      () => ({ cert: theirs.cert, key: encrypted(theirs.private) }),
      'tls.key or tls.passphrase cannot be used: is it PEM, and all of it?',
    ],
    [
      'a key and another passphrase',
      () => ({ cert: theirs.cert, key: encrypted(theirs.private), passphrase: 'other' }),
      'tls.key or tls.passphrase cannot be used: is it PEM, and all of it?',
    ],
    [
      "another's key",
      () => ({ cert: theirs.cert, key: ours.private }),
      'tls.key is not the key of tls.cert.',
    ],
  ])('%s', (_, tls, message) => {
    const open = () => createRegistry({ url: urls.mutual, tls: tls() });
    expect(open).toThrow(RegistryError);
    expect(open).toThrow(expect.objectContaining({ message: `Schema Registry: ${message}` }));
  });
});

it('keeps no process from its end', async () => {
  const tls = JSON.stringify({ ca: authority.cert });
  const code = `
    import { createRegistry } from './runtime/index.ts';
    const registry = createRegistry({ url: '${urls.signed}', tls: ${tls} });
    console.log((await registry.schemaById(1)).schema);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=tavro-source', '--import', 'tsx', '--input-type=module', '-e', code],
    { cwd: ROOT },
  );
  expect(stdout).toBe('"int"\n');
});

/** A fetch over node:https with a certificate of its own. */
function fetchWith(tls: RegistryTls): typeof fetch {
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
