import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRegistry as openRegistry,
  type RegistryClient,
  RegistryError,
  type RegistryOptions,
} from '../../../runtime/registry/client.js';
import { deadUrl, loopbacks, WAYS, type Way } from './loopback.js';

const start = loopbacks();

let way: Way;

const serve = (react: Parameters<typeof start>[0]) => start(react, way.server);

const good = { json: { id: 1, schema: '"int"' } };
const hang = { raw: () => undefined };
const reset = { raw: (response: { destroy(): void }) => response.destroy() };

function clock() {
  const time = { ms: 0, slept: [] as number[] };
  const options = {
    now: () => time.ms,
    sleep: async (ms: number) => {
      time.ms += ms;
      time.slept.push(ms);
    },
    random: () => 0.5,
  } satisfies Partial<RegistryOptions>;
  return { time, options };
}

function createRegistry(options: RegistryOptions): RegistryClient {
  return openRegistry({ ...way.client, ...options });
}

async function failure(work: Promise<unknown>): Promise<RegistryError> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof RegistryError) return error;
  throw new Error(`expected a RegistryError, got ${String(error)}`);
}

describe.each(WAYS)('over %s', (_, made) => {
  beforeAll(async () => {
    way = await made();
  });

  describe('retries', () => {
    it.each([
      ['a reset connection', reset, 'UNREACHABLE'],
      ['500', { status: 500, json: { error_code: 50001, message: 'store' } }, 'SERVER'],
      ['503 from a proxy', { status: 503, text: '<html>' }, 'SERVER'],
      ['429', { status: 429, json: { error_code: 429, message: 'slow down' } }, 'RATE_LIMITED'],
    ])('after %s, with full jitter, and gives up after four tries', async (_, bad, code) => {
      const { time, options } = clock();
      const server = await serve(() => bad);
      const registry = createRegistry({ url: server.url, ...options });
      expect(await failure(registry.register('s', '"int"'))).toMatchObject({ code, subject: 's' });
      expect(server.heard).toHaveLength(4);
      expect(time.slept).toEqual([100, 200, 400]);
    });

    it('recovers when the registry does', async () => {
      const { options } = clock();
      const server = await serve((_, count) => (count < 4 ? reset : good));
      const registry = createRegistry({ url: server.url, ...options });
      expect(await registry.register('s', '"int"')).toBe(1);
    });

    it('waits as long as the registry asks', async () => {
      const { time, options } = clock();
      const server = await serve((_, count) =>
        count === 1 ? { status: 429, json: {}, headers: { 'retry-after': '3' } } : good,
      );
      expect(await createRegistry({ url: server.url, ...options }).register('s', '"int"')).toBe(1);
      expect(time.slept).toEqual([3_100]);
    });

    it('reads a date in Retry-After', async () => {
      const { time, options } = clock();
      const server = await serve((_, count) => {
        const at = new Date(Date.now() + 5_000).toUTCString();
        return count === 1 ? { status: 429, json: {}, headers: { 'retry-after': at } } : good;
      });
      await createRegistry({ url: server.url, ...options }).register('s', '"int"');
      expect(time.slept[0]).toBeGreaterThan(2_000);
      expect(time.slept[0]).toBeLessThan(6_000);
    });

    it('does not wait for longer than it may', async () => {
      const { time, options } = clock();
      const server = await serve(() => ({
        status: 429,
        json: {},
        headers: { 'retry-after': '3600' },
      }));
      const registry = createRegistry({ url: server.url, ...options });
      expect(await failure(registry.schemaById(1))).toMatchObject({
        code: 'RATE_LIMITED',
        retryAfterMs: 3_600_000,
      });
      expect(time.slept).toEqual([]);
    });

    it('stops when the total time is over', async () => {
      const { time, options } = clock();
      const server = await serve(() => ({ status: 500, json: {} }));
      const registry = createRegistry({
        url: server.url,
        ...options,
        retries: 1_000,
        totalTimeoutMs: 5_000,
      });
      await failure(registry.schemaById(1));
      expect(time.ms).toBeLessThan(5_000);
    });
  });

  describe('timeouts', () => {
    it('ends a try that hangs, and says so', async () => {
      const { options } = clock();
      const server = await serve(() => hang);
      const registry = createRegistry({
        url: server.url,
        ...options,
        timeoutMs: 1_000,
        retries: 1,
      });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'TIMED_OUT', id: 1 });
      expect(server.heard).toHaveLength(2);
    });

    it('ends an answer that stops halfway', async () => {
      const { options } = clock();
      const server = await serve(() => ({ raw: (response) => response.write('{"schema":') }));
      const registry = createRegistry({ url: server.url, ...options, timeoutMs: 30, retries: 0 });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'TIMED_OUT' });
    });

    it('ends a custom fetch that does not heed its signal', async () => {
      const registry = createRegistry({
        url: 'http://registry.invalid',
        fetch: () => new Promise(() => undefined),
        timeoutMs: 20,
        retries: 0,
      });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'TIMED_OUT' });
    });

    it('gives all references of a schema one total time', async () => {
      const server = await serve(({ path }) => {
        const references = [{ name: 'n', subject: 's', version: 1 }];
        return path === '/schemas/ids/1' ? { json: { schema: '"n"', references } } : hang;
      });
      const registry = createRegistry({ url: server.url, totalTimeoutMs: 100 });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'TIMED_OUT' });
    });
  });

  describe('several URLs', () => {
    it('goes to the next without waiting, and stays there', async () => {
      const { time, options } = clock();
      const one = await deadUrl(way.server);
      const two = await serve(() => good);
      const registry = createRegistry({ url: [one, `${two.url}/`], ...options });
      expect(registry.url).toBe(one);
      expect((await registry.schemaById(1)).schema).toBe('"int"');
      expect((await registry.schemaById(2)).schema).toBe('"int"');
      expect(time.slept).toEqual([]);
    });

    it('moves on once when many requests find the first down', async () => {
      const { time, options } = clock();
      const one = await serve(() => ({ status: 503, text: 'starting' }));
      const two = await serve(() => good);
      const registry = createRegistry({ url: `${one.url},${two.url}`, ...options });
      await Promise.all([1, 2, 3, 4, 5].map((id) => registry.schemaById(id)));
      expect(two.heard).toHaveLength(5);
      expect(time.slept).toEqual([]);
    });

    it('comes back when the second goes away mid-run', async () => {
      const { options } = clock();
      let down = 0;
      const [one, two] = await Promise.all(
        [0, 1].map((index) => serve(() => (down === index ? reset : good))),
      );
      const registry = createRegistry({ url: [one?.url ?? '', two?.url ?? ''], ...options });
      await registry.schemaById(1);
      down = 1;
      await registry.schemaById(2);
      expect(one?.heard.length).toBe(2);
    });

    it('waits between rounds when all are down', async () => {
      const { time, options } = clock();
      const urls = [await deadUrl(way.server), await deadUrl(way.server)];
      const registry = createRegistry({ url: urls, ...options, retries: 2 });
      const error = await failure(registry.schemaById(1));
      expect(error).toMatchObject({ code: 'UNREACHABLE' });
      expect(error.message.match(/ECONNREFUSED/g)).toHaveLength(1);
      expect(
        error.message.endsWith(`(GET /schemas/ids/1; tried 6 times: ${urls.join(', ')})`),
      ).toBe(true);
      expect(time.slept.filter((ms) => ms > 0)).toEqual([100, 200]);
    });

    it('does not ask another about an answer', async () => {
      const one = await serve(() => ({ status: 401, json: { error_code: 401, message: 'no' } }));
      const two = await serve(() => good);
      const registry = createRegistry({ url: [one.url, two.url] });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'UNAUTHORIZED' });
      expect(two.heard).toHaveLength(0);
    });
  });

  describe('credentials', () => {
    const basic = `Basic ${Buffer.from('anna:pä:ss').toString('base64')}`;

    it('sends basic auth, also from the URL', async () => {
      const server = await serve(() => good);
      const auth = { username: 'anna', password: 'pä:ss' };
      await createRegistry({ url: server.url, auth }).schemaById(1);
      const url = server.url.replace('//', '//anna:p%C3%A4%3Ass@');
      const registry = createRegistry({ url });
      await registry.schemaById(1);
      expect(server.heard.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
      expect(registry.url).toBe(server.url);
    });

    it('asks for a fresh bearer token for every try', async () => {
      const { options } = clock();
      const server = await serve((_, count) => (count === 1 ? reset : good));
      let tokens = 0;
      const auth = async () => ({ token: `t${++tokens}` });
      await createRegistry({ url: server.url, auth, ...options }).schemaById(1);
      expect(server.heard.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer t1',
        'Bearer t2',
      ]);
    });

    it('says that the auth function failed, and not with what words', async () => {
      const auth = () => Promise.reject(new Error('vault s3cret! is sealed', { cause: 's3cret!' }));
      const registry = createRegistry({ url: 'http://127.0.0.1:1', auth });
      const error = await failure(registry.schemaById(1));
      expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
      expect(error.message).toContain('the auth function failed');
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('s3cret!');
    });

    it('lets an auth function say why in words of its own', async () => {
      const why = new RegistryError('UNAUTHORIZED', 'The vault is sealed.');
      const registry = createRegistry({
        url: 'http://127.0.0.1:1',
        auth: () => Promise.reject(why),
      });
      expect(await failure(registry.schemaById(1))).toBe(why);
    });

    it.each(['http://anna:pa55%@host', 'http://an%zzna:pa55@host', 'http://anna:pa55%E9@host'])(
      'tells of the %% in %j that begins no escape, without repeating it',
      (url) => {
        expect(() => createRegistry({ url })).toThrow(RegistryError);
        expect(() => createRegistry({ url })).toThrow(/URL has .*%25/);
        expect(() => createRegistry({ url })).not.toThrow(/pa55/);
      },
    );

    it('sends nothing where none are given, and keeps them to their URL', async () => {
      const { options } = clock();
      const one = await serve(() => reset);
      const two = await serve(() => good);
      const url = [one.url.replace('//', '//anna:secret@'), two.url];
      await createRegistry({ url, ...options }).schemaById(1);
      expect(two.heard[0]?.headers.authorization).toBeUndefined();
    });

    it('uses a custom fetch, as mutual TLS needs', async () => {
      const asked: string[] = [];
      const custom: typeof fetch = async (input) => {
        asked.push(String(input));
        return new Response(JSON.stringify(good.json));
      };
      await createRegistry({ url: 'https://registry.invalid/ccompat/', fetch: custom }).schemaById(
        1,
      );
      expect(asked).toEqual(['https://registry.invalid/ccompat/schemas/ids/1']);
    });

    it('never shows them', async () => {
      const { options } = clock();
      const echo = await serve(({ headers }) => ({
        status: 422,
        json: { error_code: 42201, message: `got ${headers.authorization}; s3cret!` },
      }));
      const withUrl = (url: string) => createRegistry({ url, retries: 0, ...options });
      const basicUrl = echo.url.replace('//', '//anna:s3cret!@');
      const dead = (await deadUrl(way.server)).replace('//', '//anna:s3cret!@');
      const broken: typeof fetch = (_, init) => {
        throw Object.assign(new Error(`failed with ${JSON.stringify(init)}`), { config: init });
      };
      const token = { token: 's3cret!' };
      const errors = await Promise.all([
        failure(withUrl(basicUrl).register('s', '"int"')),
        failure(withUrl(dead).register('s', '"int"')),
        failure(createRegistry({ url: echo.url, auth: token }).register('s', '"int"')),
        failure(
          createRegistry({ url: echo.url, auth: token, fetch: broken, ...options }).schemaById(1),
        ),
      ]);
      const encoded = Buffer.from('anna:s3cret!').toString('base64');
      for (const error of errors) {
        const shown = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
        expect(shown).not.toContain('s3cret!');
        expect(shown).not.toContain(encoded);
      }
      expect(inspect(withUrl(basicUrl), { depth: 10, showHidden: true })).not.toContain('s3cret');
    });

    it.each(['s', 'e', '1', 'E', '/', 'test', 'localhost', '127.0.0.1', 'GET'])(
      'leaves our words, host and port as they are where the secret is %j',
      async (password) => {
        const { options } = clock();
        const auth = { username: 'u', password };
        const asked = async (url: string) =>
          (await failure(createRegistry({ url, auth, retries: 0, ...options }).schemaById(1)))
            .message;
        const json = { error_code: 42201, message: `<${password}>` };
        const { url } = await serve(() => ({ status: 422, json }));
        expect(await asked(url)).toBe(
          `Schema Registry ${url}: answered 422: <***> (GET /schemas/ids/1)`,
        );
        const dead = await deadUrl(way.server);
        expect(await asked(dead)).toBe(
          `Schema Registry ${dead}: cannot be reached: connect ECONNREFUSED ${new URL(dead).host} (GET /schemas/ids/1)`,
        );
      },
    );

    it.each([
      ['getaddrinfo ENOTFOUND test-registry', 'ENOTFOUND'],
      ['ERR_TLS_CERT_ALTNAME_INVALID Host: test-registry. is not there', ''],
      ['DEPTH_ZERO_SELF_SIGNED_CERT self-signed certificate of test', ''],
      ['UND_ERR_SOCKET the test side closed', ''],
      ['EPROTO test alert', 'EPROTO'],
    ])('leaves what Node says of a connection as it is: %s', async (message, code) => {
      const custom: typeof fetch = () =>
        Promise.reject(
          new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) }),
        );
      const auth = { username: 'u', password: 'test' };
      const url = 'http://test-registry:8081';
      const error = await failure(
        openRegistry({ url, auth, fetch: custom, retries: 0 }).schemaById(1),
      );
      expect(error.message).toContain(`${url}: cannot be reached: ${message}`);
    });

    it('masks a secret that the end of a long text would cut', async () => {
      const json = { error_code: 42201, message: `${'x'.repeat(1_996)}s3cret!` };
      const { url } = await serve(() => ({ status: 422, json }));
      const registry = createRegistry({ url, auth: { token: 's3cret!' } });
      expect((await failure(registry.schemaById(1))).message).toBe(
        `Schema Registry ${url}: answered 422: ${'x'.repeat(1_996)}*** (GET /schemas/ids/1)`,
      );
    });

    it.each(['http//u:pa55@host', 'ftp://u:pa55@host', 'u:pa55@host', ''])(
      'refuses the URL %j without repeating it',
      (url) => {
        expect(() => createRegistry({ url })).toThrow(RegistryError);
        expect(() => createRegistry({ url })).not.toThrow(/pa55/);
      },
    );

    it('refuses no URL at all', () => {
      expect(() => createRegistry({ url: [] })).toThrow('No Schema Registry URL');
      const unset = { url: process.env.TAVRO_NOT_SET } as { url: string };
      expect(() => createRegistry(unset)).toThrow('No Schema Registry URL');
      // Not safe, which is what is tried, here and below.
      expect(() => createRegistry(undefined as never)).toThrow('No Schema Registry URL');
    });

    it.each([5, [5], {}])('refuses %j for a URL', (url) => {
      expect(() => createRegistry({ url: url as never })).toThrow(
        new RegistryError('INVALID', 'The Schema Registry URL must be text, or a list of texts.'),
      );
    });
  });
});
