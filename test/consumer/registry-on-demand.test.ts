/** The registry of a handler that was given none: what is known without its client, and what is told at once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { registryFromEnvironment } from '../../consumer/environment.js';
import { registryOnDemand } from '../../consumer/registry-on-demand.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';

const AUTH = { username: 'key', password: 'secret' };
let server: RegistryServer;

beforeAll(async () => {
  server = await startRegistry({ auth: AUTH });
});
afterAll(() => server.stop());

it('asks as the registry of the environment does', async () => {
  const registry = await registryOnDemand({
    SCHEMA_REGISTRY_URL: server.url,
    SCHEMA_REGISTRY_API_KEY: AUTH.username,
    SCHEMA_REGISTRY_API_SECRET: AUTH.password,
  });
  expect(registry.url).toBe(server.url);
  const id = await registry.register('clicks-value', '"string"');
  expect(await registry.schemaById(id)).toMatchObject({ schema: '"string"' });
  expect(await registry.lookup('clicks-value', '"string"')).toBe(id);
  const guid = await registry.guid?.('clicks-value', '"string"');
  expect(await registry.schemaByGuid?.(guid ?? '')).toMatchObject({ schema: '"string"' });
});

describe('the address', () => {
  it.each([
    'http://registry.test',
    'http://registry.test/',
    'https://registry.test:8081/path//',
    'http://user:password@registry.test',
    'http://one.test,http://two.test',
    'http://one.test/a,http://two.test/b',
    'HTTP://Registry.test',
  ])('of %s is that of the registry of the environment', async (SCHEMA_REGISTRY_URL) => {
    const env = { SCHEMA_REGISTRY_URL };
    expect((await registryOnDemand(env)).url).toBe(registryFromEnvironment({ env }).url);
  });
});

describe('what is wrong is told at once', () => {
  const SCHEMA_REGISTRY_URL = 'http://registry.test';

  it.each([
    {},
    { SCHEMA_REGISTRY_URL: '' },
    { SCHEMA_REGISTRY_URL: 'registry.test' },
    { SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_API_KEY: 'key' },
    { SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_API_SECRET: 'secret' },
    { SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_CA_LOCATION: '/nowhere/ca.pem' },
    { SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_KEY_LOCATION: '/nowhere/key.pem' },
  ])('%j', async (env) => {
    const thrown = (() => {
      try {
        return registryFromEnvironment({ env });
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(Error);
    await expect(registryOnDemand(env)).rejects.toEqual(thrown);
  });
});
