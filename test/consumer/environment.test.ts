import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { registryFromEnvironment } from '../../consumer/index.js';
import { secretCredentials } from '../../consumer/secret-credentials.js';
import { makeCertificate } from '../../local/kafka/certificate.js';
import { CLICK_SCHEMA } from './clicks.js';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf';
const PASSWORD = 'pass-2-secret';
const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A registry that wants `accepted()` as its Authorization header. */
async function registryServer(accepted: () => string | undefined) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    const allowed = request.headers.authorization === accepted();
    response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(allowed ? { schema: CLICK_SCHEMA } : { error_code: 401, message: 'no' }),
    );
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has an address object.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen };
}

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

describe('missing variables', () => {
  it.each<{ env: Record<string, string>; names: string[]; not: string[] }>([
    { env: {}, names: ['SCHEMA_REGISTRY_URL'], not: ['SCHEMA_REGISTRY_API_KEY'] },
    { env: { SCHEMA_REGISTRY_URL: '' }, names: ['SCHEMA_REGISTRY_URL'], not: [] },
    {
      env: { SCHEMA_REGISTRY_API_KEY: 'k' },
      names: ['SCHEMA_REGISTRY_URL', 'SCHEMA_REGISTRY_API_SECRET'],
      not: ['SCHEMA_REGISTRY_API_KEY'],
    },
    {
      env: { SCHEMA_REGISTRY_URL: 'http://r', SCHEMA_REGISTRY_API_SECRET: PASSWORD },
      names: ['SCHEMA_REGISTRY_API_KEY'],
      not: ['SCHEMA_REGISTRY_URL', PASSWORD],
    },
  ])('$env', ({ env, names, not }) => {
    const make = () => registryFromEnvironment({ env });
    for (const name of names) expect(make).toThrow(`\n  ${name}: `);
    for (const name of not) expect(make).not.toThrow(`\n  ${name}: `);
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });
});

describe('TLS', () => {
  it('takes an authority and a client certificate from files, also with credentials in a secret', async () => {
    const { certificate, privateKey } = await makeCertificate();
    const folder = await mkdtemp(join(tmpdir(), 'tavro-consumer-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await writeFile(cert, certificate);
    await writeFile(key, privateKey);
    const tls = { cert: certificate, key: privateKey, ca: certificate, requestCert: true };
    const server = createTlsServer(tls, (_, response) => {
      response.end(JSON.stringify({ schema: CLICK_SCHEMA }));
    });
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A TCP server that listens has an address object.
    const { port } = server.address() as AddressInfo;
    const env = {
      SCHEMA_REGISTRY_URL: `https://127.0.0.1:${port}`,
      SCHEMA_REGISTRY_CA_LOCATION: cert,
      SCHEMA_REGISTRY_CERTIFICATE_LOCATION: cert,
      SCHEMA_REGISTRY_KEY_LOCATION: key,
    };
    const secret = {
      env: { ...env, SCHEMA_REGISTRY_SECRET_ARN: ARN },
      readSecret: async () => JSON.stringify({ username: 'u', password: PASSWORD }),
    };
    for (const options of [{ env }, secret]) {
      const found = await registryFromEnvironment(options).schemaById(1);
      expect(found.schema).toBe(CLICK_SCHEMA);
    }
    await rm(folder, { recursive: true });
    server.closeAllConnections();
    expect(() => registryFromEnvironment({ env })).toThrow(
      expect.objectContaining({
        code: 'CONFIG',
        message: expect.stringContaining(
          "Set the environment variables\n  SCHEMA_REGISTRY_CA_LOCATION: ENOENT: no such file or directory, open '",
        ),
      }),
    );
  });
});

describe('credentials', () => {
  it('may be none', async () => {
    const { url, seen } = await registryServer(() => undefined);
    const registry = registryFromEnvironment({ env: { SCHEMA_REGISTRY_URL: `${url}/` } });
    await expect(registry.schemaById(1)).resolves.toMatchObject({ schema: CLICK_SCHEMA });
    expect(registry.url).toBe(url);
    expect(seen).toEqual([undefined]);
  });

  it('are key and secret', async () => {
    const { url } = await registryServer(() => basic('key', PASSWORD));
    const registry = registryFromEnvironment({
      env: {
        SCHEMA_REGISTRY_URL: url,
        SCHEMA_REGISTRY_API_KEY: 'key',
        SCHEMA_REGISTRY_API_SECRET: PASSWORD,
      },
    });
    await expect(registry.schemaById(1)).resolves.toMatchObject({ schema: CLICK_SCHEMA });
  });

  it('are the secret, read once and only when the registry is asked', async () => {
    const { url } = await registryServer(() => basic('u', PASSWORD));
    const read: string[] = [];
    const registry = registryFromEnvironment({
      env: {
        SCHEMA_REGISTRY_URL: url,
        SCHEMA_REGISTRY_SECRET_ARN: ARN,
        SCHEMA_REGISTRY_API_KEY: 'ignored',
        SCHEMA_REGISTRY_API_SECRET: 'ignored',
      },
      readSecret: async (arn) => {
        read.push(arn);
        return JSON.stringify({ username: 'u', password: PASSWORD });
      },
    });
    expect(read).toEqual([]);
    await Promise.all([registry.schemaById(1), registry.schemaById(2)]);
    expect(read).toEqual([ARN]);
  });

  it.each([
    { name: 'text', secret: `not json ${PASSWORD}` },
    { name: 'a number', secret: '5' },
    { name: 'no password', secret: JSON.stringify({ username: PASSWORD }) },
  ])('say what is wrong with a secret that is $name, and keep it', async ({ secret }) => {
    const { url } = await registryServer(() => undefined);
    const registry = registryFromEnvironment({
      env: { SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_SECRET_ARN: ARN },
      readSecret: async () => secret,
    });
    const error: unknown = await registry.schemaById(1).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(String(error)).toContain(`${ARN} (SCHEMA_REGISTRY_SECRET_ARN) is not JSON`);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(PASSWORD);
  });
});

describe('rotation', () => {
  const FRESH_MS = 30_000;

  async function rotating() {
    const state = { now: 0, password: 'one', reads: 0 };
    const { url, seen } = await registryServer(() => basic('u', state.password));
    const credentials = secretCredentials({
      arn: ARN,
      fetch,
      now: () => state.now,
      readSecret: async () => {
        state.reads += 1;
        return JSON.stringify({ username: 'u', password: state.password });
      },
    });
    const ask = async () => {
      const auth = await credentials.auth();
      const authorization = 'username' in auth ? basic(auth.username, auth.password) : '';
      const response = await credentials.fetchAgain(url, { headers: { authorization } });
      return response.status;
    };
    return { state, seen, ask };
  }

  it('is noticed by the 401 that follows it', async () => {
    const { state, seen, ask } = await rotating();
    expect(await ask()).toBe(200);
    state.password = 'two';
    state.now += FRESH_MS;
    expect(await ask()).toBe(200);
    expect(await ask()).toBe(200);
    expect(state.reads).toBe(2);
    expect(seen).toEqual(['one', 'one', 'two', 'two'].map((password) => basic('u', password)));
  });

  it('is not looked for right after a read: then the credentials are wrong', async () => {
    const { state, ask } = await rotating();
    await ask();
    state.password = 'two';
    state.now += FRESH_MS - 1;
    expect(await ask()).toBe(401);
    expect(state.reads).toBe(1);
  });

  it('reads again after a read that failed', async () => {
    let fail = true;
    const credentials = secretCredentials({
      arn: ARN,
      fetch,
      readSecret: async () => {
        if (fail) throw Object.assign(new Error(PASSWORD), { name: 'AccessDeniedException' });
        return '{"username":"u","password":"p"}';
      },
    });
    const error: unknown = await credentials.auth().catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`${ARN} (SCHEMA_REGISTRY_SECRET_ARN): AccessDeniedException.`);
    expect(inspect(error, { depth: 10 })).not.toContain(PASSWORD);
    fail = false;
    await expect(credentials.auth()).resolves.toEqual({ username: 'u', password: 'p' });
  });
});
