/** Who may use the dev registry: no page of another site, no second process. */
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MAX_PAIRS } from '../../codegen/check/java.js';
import { HostNames } from '../../local/registry/host-names.js';
import { type RegistryServerOptions, startRegistry } from '../../local/registry/server.js';
import { record, schemaOf } from './registry-scenario.js';

const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

async function start(options: RegistryServerOptions = {}) {
  const server = await startRegistry(options);
  clean.push(() => server.stop());
  return server;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tavro-door-'));
  clean.push(() => rm(path, { recursive: true }));
  return path;
}

const BODY = JSON.stringify(schemaOf(record('V')));

/** A request with headers that fetch would not let one choose. */
function ask(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request(new URL(path, url), { method, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end(body);
  });
}

describe('a page of another site', () => {
  it.each([
    ['no type', {}],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['plain text', { 'content-type': 'text/plain;charset=UTF-8' }],
  ])('cannot write: %s', async (_, headers) => {
    const { url } = await start();
    for (const path of [
      '/subjects/s/versions',
      '/subjects/s',
      '/compatibility/subjects/s/versions',
    ])
      expect(await ask(url, path, headers, BODY)).toBe(415);
    expect(await (await fetch(`${url}/subjects`)).json()).toEqual([]);
  });

  it('cannot read under its own name', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example'])
      for (const path of ['/', '/subjects', '/nowhere'])
        expect([host, await ask(url, path, { host })]).toEqual([host, 421]);
    const json = { host: 'evil.example', 'content-type': 'application/json' };
    expect(await ask(url, '/subjects/s/versions', json, BODY)).toBe(421);
    expect(await ask(url, '/subjects', { host: `localhost:${port}` })).toBe(200);
  });

  it('is told how a name is given', async () => {
    const { url } = await start({ hosts: ['Registry'] });
    expect(await ask(url, '/subjects', { host: 'registry:9999' })).toBe(200);
    expect(await ask(url, '/subjects', { host: 'registry2' })).toBe(421);
  });

  it.each([
    [
      '127.0.0.1',
      [
        'localhost',
        'LOCALHOST:1',
        'a.localhost',
        '127.0.0.1:80',
        '127.9.9.9',
        '[::1]:80',
        'localhost.',
      ],
    ],
    ['192.168.1.5', ['192.168.1.5:8081', 'localhost']],
    ['0.0.0.0', ['192.168.1.5', '[fe80::1]:80', '0.0.0.0']],
    ['::1', ['[::1]']],
  ])('listening on %s, the registry is called %j', (listening, names) => {
    const hosts = new HostNames(listening);
    expect(names.filter((name) => !hosts.has(name))).toEqual([]);
    const strange = [
      'evil.example',
      'localhost.evil.example',
      'xlocalhost',
      'a b',
      '[::1',
      'u@localhost',
      '',
    ];
    expect([...strange, undefined].filter((name) => hosts.has(name))).toEqual([]);
    expect(hosts.has('10.0.0.1')).toBe(listening === '0.0.0.0');
  });
});

describe('a file', () => {
  it('is kept by one registry at a time, in one process too', async () => {
    const persist = join(await folder(), 'registry.json');
    const first = await startRegistry({ persist });
    await expect(startRegistry({ persist })).rejects.toMatchObject({ code: 'FILE_HELD' });
    await first.stop();
    await start({ persist });
  });

  it.each([
    ['of a process that ended', JSON.stringify({ pid: 2 ** 30, host: hostname() }), true],
    [
      'of one with our number, before us',
      JSON.stringify({ pid: process.pid, host: hostname() }),
      true,
    ],
    ['that is broken', '{"pid"', true],
    ['of a process that runs', JSON.stringify({ pid: process.ppid, host: hostname() }), false],
    ['of another machine', JSON.stringify({ pid: 1, host: 'elsewhere' }), false],
  ])('with a note %s', async (_, note, isFree) => {
    const at = await folder();
    const persist = join(at, 'registry.json');
    await writeFile(`${persist}.lock`, note);
    if (isFree) {
      await start({ persist });
      expect(JSON.parse(await readFile(`${persist}.lock`, 'utf8'))).toEqual({
        pid: process.pid,
        host: hostname(),
      });
      expect(await readdir(at)).toEqual(['registry.json.lock']);
    } else {
      await expect(startRegistry({ persist })).rejects.toThrow(
        /end it, or give another file\..* remove .*\.lock\./,
      );
      expect(await readFile(`${persist}.lock`, 'utf8')).toBe(note);
    }
  });

  it('is let go where the registry does not start', async () => {
    const at = await folder();
    const persist = join(at, 'registry.json');
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(startRegistry({ persist, port })).rejects.toMatchObject({ code: 'ADDRESS' });
    await writeFile(persist, 'not ours');
    await expect(startRegistry({ persist })).rejects.toMatchObject({ code: 'FILE_INVALID' });
    expect(await readdir(at)).toEqual(['registry.json']);
  });

  it('is freed of what a killed process left, and of nothing else', async () => {
    const at = await folder();
    const persist = join(at, 'registry.json');
    const stale = `registry.json.${crypto.randomUUID()}.tmp`;
    const others = ['registry.json.bak', 'registry.json.x.tmp', `other.${crypto.randomUUID()}.tmp`];
    for (const name of [stale, ...others]) await writeFile(join(at, name), '{');
    await start({ persist });
    expect(await readdir(at)).toEqual([...others, 'registry.json.lock'].sort());
  });

  it('behind a link stays behind it', async () => {
    const at = await folder();
    await writeFile(join(at, 'real.json'), '');
    await rm(join(at, 'real.json'));
    const first = await startRegistry({ persist: join(at, 'real.json') });
    await ask(first.url, '/subjects/s/versions', { 'content-type': 'application/json' }, BODY);
    await first.stop();
    await symlink('real.json', join(at, 'link.json'));
    const second = await startRegistry({ persist: join(at, 'link.json') });
    await ask(second.url, '/subjects/t/versions', { 'content-type': 'application/json' }, BODY);
    await second.stop();
    expect(JSON.parse(await readFile(join(at, 'real.json'), 'utf8')).versions[0][1]).toHaveLength(
      2,
    );
    expect((await readdir(at)).sort()).toEqual(['link.json', 'real.json']);
  });

  it('names an address that is not to be had', async () => {
    await expect(startRegistry({ host: '203.0.113.1' })).rejects.toThrow(
      'The registry cannot listen on 203.0.113.1, port 0: it is no address of this machine.',
    );
  });
});

it('gives the numbers of deleted versions a sign where it is asked to', async () => {
  const { url } = await start();
  const json = { 'content-type': 'application/json' };
  for (const field of ['a', 'b', 'c']) {
    const body = JSON.stringify(schemaOf(record('V', { name: field, type: 'int', default: 1 })));
    expect(await ask(url, '/subjects/s/versions', json, body)).toBe(200);
  }
  await fetch(`${url}/subjects/s/versions/2`, { method: 'DELETE' });
  const listed = async (query: string) =>
    (await fetch(`${url}/subjects/s/versions?${query}`)).json();
  expect(await listed('deleted=true&deletedAsNegative=true')).toEqual([1, -2, 3]);
  expect(await listed('deletedOnly=true&deletedAsNegative=true')).toEqual([-2]);
  expect(await listed('deletedAsNegative=true')).toEqual([1, 3]);
  expect(await listed('deleted=true')).toEqual([1, 2, 3]);
});

it('answers for unions of more pairs than Java would be asked about', async () => {
  const BRANCHES = 300;
  expect(BRANCHES * BRANCHES).toBeGreaterThan(MAX_PAIRS);
  const union = (name: string) =>
    JSON.stringify(
      Array.from({ length: BRANCHES }, (_, i) => ({
        type: 'record',
        name: `${name}${i}`,
        fields: [{ name: 'list', type: { type: 'array', items: 'int' } }],
      })),
    );
  const { url } = await start();
  const post = async (name: string) => {
    const response = await fetch(`${url}/subjects/s/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema: union(name) }),
    });
    return { status: response.status, body: await response.json() };
  };
  expect(await post('A')).toMatchObject({ status: 200 });
  const { status, body } = await post('B');
  expect(status).toBe(409);
  expect(body).toMatchObject({ error_code: 409, message: expect.stringContaining('UNION_BRANCH') });
});
