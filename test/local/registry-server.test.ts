/** What the dev registry does besides the API: auth, a file, limits, media types. */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type RegistryServer,
  type RegistryServerOptions,
  startRegistry,
} from '../../local/registry/server.js';
import { record, schemaOf } from './registry-scenario.js';

const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

async function start(options?: RegistryServerOptions): Promise<RegistryServer> {
  const server = await startRegistry(options);
  clean.push(() => server.stop());
  return server;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tavro-registry-'));
  clean.push(() => rm(path, { recursive: true }));
  return path;
}

async function ask(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; json: unknown }> {
  const headers = { 'content-type': 'application/json', ...init.headers };
  const response = await fetch(url, { ...init, headers });
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
}

const register = (url: string, subject: string, schema: unknown) =>
  ask(`${url}/subjects/${subject}/versions`, {
    method: 'POST',
    body: JSON.stringify(schemaOf(schema)),
  });

const V1 = record('V', { name: 'a', type: 'string' });

describe('basic auth', () => {
  const auth = { username: 'u', password: 'p:ä' };
  const header = (text: string) => ({
    headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
  });

  it.each([
    ['none', {}, 401],
    ['a wrong password', header('u:p'), 401],
    ['a wrong user', header('v:p:ä'), 401],
    ['a bearer token', { headers: { authorization: 'Bearer x' } }, 401],
    ['the right one', header('u:p:ä'), 200],
  ])('with %s', async (_, init, status) => {
    const { url } = await start({ auth });
    expect(url).not.toContain('@');
    for (const path of ['/subjects', '/', '/config']) {
      const answer = await ask(url + path, init);
      expect(answer.status).toBe(status);
      if (status === 401) expect(answer.json).toMatchObject({ error_code: 401 });
    }
    expect((await fetch(`${url}/subjects`)).headers.get('www-authenticate')).toContain('Basic');
  });
});

describe('a file', () => {
  it('keeps everything over a restart', async () => {
    const persist = join(await folder(), 'deep', 'registry.json');
    const first = await start({ persist });
    await register(first.url, 's', V1);
    await register(first.url, 'gone', record('Gone'));
    await ask(`${first.url}/subjects/gone`, { method: 'DELETE' });
    await ask(`${first.url}/subjects/gone?permanent=true`, { method: 'DELETE' });
    const association = {
      ...{ resourceName: 't', resourceNamespace: '-', resourceId: 't' },
      associations: [{ subject: 's', associationType: 'key' }],
    };
    const body = JSON.stringify(association);
    await ask(`${first.url}/associations`, { method: 'POST', body });
    await ask(`${first.url}/config/s`, { method: 'PUT', body: '{"compatibility":"FULL"}' });
    await ask(`${first.url}/mode/s`, { method: 'PUT', body: '{"mode":"READONLY"}' });
    await first.stop();

    const second = await start({ persist });
    expect(await ask(`${second.url}/subjects/s/versions/1`)).toMatchObject({
      json: { subject: 's', version: 1, id: 1, schema: V1 },
    });
    expect(await ask(`${second.url}/config/s`)).toMatchObject({
      json: { compatibilityLevel: 'FULL' },
    });
    expect(await ask(`${second.url}/mode/s`)).toMatchObject({ json: { mode: 'READONLY' } });
    expect(await ask(`${second.url}/associations/resources/-/t`)).toMatchObject({
      json: [{ subject: 's', resourceName: 't', associationType: 'key', lifecycle: 'WEAK' }],
    });
    // Ids are not used twice, not even those of schemas that are gone.
    expect(await register(second.url, 'new', record('New'))).toMatchObject({ json: { id: 3 } });
  });

  it('of a registry that knew no associations has none', async () => {
    const persist = join(await folder(), 'registry.json');
    const first = await start({ persist });
    await register(first.url, 's', V1);
    await first.stop();
    expect(await readFile(persist, 'utf8')).not.toContain('associations');
    const second = await start({ persist });
    expect(await ask(`${second.url}/associations/subjects/s`)).toMatchObject({ json: [] });
  });

  it('is whole and alone in its folder after each answer', async () => {
    const at = await folder();
    const persist = join(at, 'registry.json');
    const { url } = await start({ persist });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => register(url, `s${i}`, record(`R${i}`))),
    );
    expect(await readdir(at)).toEqual(['registry.json', 'registry.json.lock']);
    const text = await readFile(persist, 'utf8');
    expect(JSON.parse(text).versions[0][1]).toHaveLength(20);
  });

  it.each(['', '{', '[]', '{"format":2}'])('that is not ours is left alone: %j', async (text) => {
    const persist = join(await folder(), 'registry.json');
    await writeFile(persist, text);
    await expect(startRegistry({ persist })).rejects.toThrow(/is not a registry file/);
    expect(await readFile(persist, 'utf8')).toBe(text);
  });

  it('that cannot be written is an error of the store', async () => {
    const at = await folder();
    const errors: unknown[] = [];
    const persist = join(at, 'sub', 'registry.json');
    const { url } = await start({ persist, onError: (error) => errors.push(error) });
    await rm(join(at, 'sub'), { recursive: true });
    await writeFile(join(at, 'sub'), 'in the way');
    expect(await register(url, 's', V1)).toMatchObject({
      status: 500,
      json: { error_code: 50001 },
    });
    expect(errors).toHaveLength(1);
    await rm(join(at, 'sub'));
    expect(await register(url, 's', V1)).toMatchObject({ status: 200, json: { id: 1 } });
  });
});

describe('requests', () => {
  it.each([
    [undefined, 'application/vnd.schemaregistry.v1+json'],
    ['*/*', 'application/vnd.schemaregistry.v1+json'],
    ['application/json', 'application/json'],
    [
      'application/json, application/vnd.schemaregistry+json',
      'application/vnd.schemaregistry+json',
    ],
    ['application/vnd.schemaregistry.v1+json;q=0.1, application/json', 'application/json'],
    ['text/html, application/*;q=0.5', 'application/vnd.schemaregistry.v1+json'],
  ])('that accept %s get %s', async (accept, type) => {
    const { url } = await start();
    const headers = accept === undefined ? undefined : { accept };
    for (const path of ['/subjects', '/subjects/none/versions', '/nowhere']) {
      const response = await fetch(url + path, headers ? { headers } : {});
      expect(response.headers.get('content-type')).toBe(type);
      await response.text();
    }
  });

  it('that accept nothing of ours get 406, with a body of another type 415', async () => {
    const { url } = await start();
    expect(await ask(`${url}/subjects`, { headers: { accept: 'text/html' } })).toMatchObject({
      status: 406,
      json: { error_code: 406 },
    });
    const body = JSON.stringify(schemaOf(V1));
    const xml = { 'content-type': 'application/xml' };
    expect(
      await ask(`${url}/subjects/s/versions`, { method: 'POST', body, headers: xml }),
    ).toMatchObject({ status: 415 });
    const stream = { 'content-type': 'application/octet-stream' };
    expect(
      await ask(`${url}/subjects/s/versions`, { method: 'POST', body, headers: stream }),
    ).toMatchObject({ status: 200 });
  });

  it('to nowhere get 404, with another method 405', async () => {
    const { url } = await start();
    expect(await ask(`${url}/nowhere`)).toEqual({
      status: 404,
      json: { error_code: 404, message: 'HTTP 404 Not Found' },
    });
    expect(await ask(`${url}/subjects`, { method: 'PUT', body: '{}' })).toMatchObject({
      status: 405,
    });
    expect(await ask(`${url}/schemas/ids/x`)).toMatchObject({
      status: 404,
      json: { error_code: 404 },
    });
    expect(await ask(`${url}/subjects/`)).toEqual({ status: 200, json: [] });
  });

  it('that are too large are refused', async () => {
    const { url } = await start();
    const big = record('Big', { name: 'a', type: 'string', doc: 'x'.repeat(1_000_000) });
    expect(await register(url, 's', big)).toMatchObject({
      status: 422,
      json: { error_code: 42209 },
    });
    const huge = record('Huge', { name: 'a', type: 'string', doc: 'x'.repeat(9_000_000) });
    expect(await register(url, 's', huge)).toMatchObject({
      status: 413,
      json: { error_code: 413 },
    });
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(await register(url, 's', deep)).toMatchObject({
      status: 422,
      json: { error_code: 42201 },
    });
  });

  it('at the same time register a schema once, and number versions without a gap', async () => {
    const { url } = await start();
    const same = await Promise.all(Array.from({ length: 100 }, () => register(url, 'same', V1)));
    expect(new Set(same.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    await ask(`${url}/config/many`, { method: 'PUT', body: '{"compatibility":"NONE"}' });
    const doc = (i: number) =>
      JSON.stringify({ type: 'record', name: 'V', doc: `${i}`, fields: [] });
    await Promise.all(Array.from({ length: 30 }, (_, i) => register(url, 'many', doc(i))));
    const { json } = await ask(`${url}/subjects/many/versions`);
    expect(json).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });
});

describe('texts', () => {
  it.each([
    ['{ "type" : "string" }', '"string"'],
    [
      '{"name":"n.R","type":"record","doc":"d","x":1,"aliases":["n.S","m.T"],"fields":[{"type":{"type":"long"},"default":9223372036854775807,"name":"a","order":"ascending"}]}',
      '{"type":"record","name":"R","namespace":"n","doc":"d","fields":[{"name":"a","type":"long","default":9223372036854775807}],"x":1,"aliases":["S","m.T"]}',
    ],
    [
      '{"fields":[{"name":"e","type":{"symbols":["A"],"name":"E","type":"enum","default":"A"}},{"name":"f","type":{"name":"m.F","size":2,"type":"fixed"}},{"name":"g","type":["null","n.E","m.F"],"order":"ignore","aliases":["h"]}],"type":"record","namespace":"n","name":"R"}',
      '{"type":"record","name":"R","namespace":"n","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"],"default":"A"}},{"name":"f","type":{"type":"fixed","name":"F","namespace":"m","size":2}},{"name":"g","type":["null","E","m.F"],"order":"ignore","aliases":["h"]}]}',
    ],
    [
      '{"items":{"logicalType":"uuid","type":"string"},"type":"array"}',
      '{"type":"array","items":{"type":"string","logicalType":"uuid"}}',
    ],
  ])('%s is kept as %s', async (given, kept) => {
    const { url } = await start();
    await register(url, 's', given);
    expect(await (await fetch(`${url}/schemas/ids/1/schema`)).text()).toBe(kept);
    expect(await register(url, 's', kept)).toMatchObject({ json: { id: 1, version: 1 } });
  });

  const refusal = (errorType: string, description: string) =>
    expect.stringContaining(
      `{errorType:'${errorType}', description:'${description}', additionalInfo:'`,
    );
  it.each([
    [
      'BACKWARD',
      record('V', { name: 'a', type: 'string' }, { name: 'b', type: 'int' }),
      refusal(
        'READER_FIELD_MISSING_DEFAULT_VALUE',
        "The field 'b' at path '/fields/1' in the new schema has no default value and is missing in the old schema",
      ),
    ],
    [
      'FORWARD',
      record('V'),
      refusal(
        'READER_FIELD_MISSING_DEFAULT_VALUE',
        "The field 'a' at path '/fields/0' in the old schema has no default value and is missing in the new schema",
      ),
    ],
    [
      'BACKWARD',
      record('V', { name: 'a', type: 'int' }),
      refusal(
        'TYPE_MISMATCH',
        "The type (path '/fields/0/type') of a field in the new schema does not match with the old schema",
      ),
    ],
    [
      'BACKWARD',
      record('W', { name: 'a', type: 'string' }),
      refusal('NAME_MISMATCH', "The name of the schema has changed (path '/name')"),
    ],
  ])('of %s incompatibility are those of Confluent: %s', async (level, schema, message) => {
    const { url } = await start();
    await register(url, 's', V1);
    await ask(`${url}/config/s`, {
      method: 'PUT',
      body: JSON.stringify({ compatibility: level }),
    });
    const checked = await ask(`${url}/compatibility/subjects/s/versions?verbose=true`, {
      method: 'POST',
      body: JSON.stringify(schemaOf(schema)),
    });
    expect(checked.json).toEqual({
      is_compatible: false,
      messages: [
        message,
        '{oldSchemaVersion: 1}',
        `{oldSchema: '${V1}'}`,
        `{validateFields: 'false', compatibility: '${level}'}`,
      ],
    });
    const { json } = await register(url, 's', schema);
    expect(json).toMatchObject({
      error_code: 409,
      message: `Schema being registered is incompatible with an earlier schema for subject "s", details: [${Object(checked.json).messages.join(', ')}]`,
    });
  });

  const holding = (name: string, type: unknown) => record('H', { name, type });
  const enumOf = (...symbols: string[]) => ({ type: 'enum', name: 'E', symbols });
  it.each([
    [
      holding('e', enumOf('A', 'D', 'C', 'B')),
      holding('e', enumOf('A')),
      "{errorType:'MISSING_ENUM_SYMBOLS', description:'The new schema is missing enum symbols '[B, C, D]' at path '/fields/0/type/symbols' in the old schema', additionalInfo:'[B, C, D]'}",
    ],
    [
      holding('u', ['null', 'string', 'int']),
      holding('u', ['null', 'string']),
      "{errorType:'MISSING_UNION_BRANCH', description:'The new schema is missing a type inside a union field at path '/fields/0/type/2' in the old schema', additionalInfo:'reader union lacking writer type: INT'}",
    ],
    [
      holding('f', { type: 'fixed', name: 'F', size: 2 }),
      holding('f', { type: 'fixed', name: 'F', size: 3 }),
      "{errorType:'FIXED_SIZE_MISMATCH', description:'The size of FIXED type field at path '/fields/0/type/size' in the new schema does not match with the old schema', additionalInfo:'expected: 2, found: 3'}",
    ],
    [
      holding('t', 'string'),
      holding('t', 'int'),
      "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does not match with the old schema', additionalInfo:'reader type: INT not compatible with writer type: STRING'}",
    ],
    [
      record('n.A'),
      record('n.B'),
      "{errorType:'NAME_MISMATCH', description:'The name of the schema has changed (path '/name')', additionalInfo:'expected: n.A'}",
    ],
    [
      record('A'),
      record('A', { name: 'b', type: { ...enumOf('X'), default: 'X' } }),
      "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does not match with the old schema', additionalInfo:'reader type: ENUM not compatible with writer type: RECORD'}",
    ],
  ])('that Java has for %s and then %s', async (before, after, message) => {
    const { url } = await start();
    await register(url, 's', before);
    const { json } = await ask(`${url}/compatibility/subjects/s/versions/1?verbose=true`, {
      method: 'POST',
      body: JSON.stringify(schemaOf(after)),
    });
    expect(Object(json).messages[0]).toBe(message);
  });

  it.each([
    ['a type moved to another namespace', 'n.E', 'm.E', true],
    ['a type that got another name', 'n.E', 'n.F', false],
  ])('are judged as the decoder judges: %s', async (_, before, after, compatible) => {
    const { url } = await start();
    await register(url, 's', JSON.parse(record(before, { name: 'a', type: 'string' })));
    const checked = await ask(`${url}/compatibility/subjects/s/versions`, {
      method: 'POST',
      body: JSON.stringify(schemaOf(record(after, { name: 'a', type: 'string' }))),
    });
    expect(checked.json).toEqual({ is_compatible: compatible });
  });
});

describe('starting and stopping', () => {
  it('says so when the port is taken', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(startRegistry({ port })).rejects.toThrow(/another process listens there/);
  });

  it('stops at once, also with connections open', async () => {
    const server = await startRegistry();
    await (await fetch(`${server.url}/subjects`)).text(); // leaves its connection open
    await server.stop();
    await expect(fetch(`${server.url}/subjects`)).rejects.toThrow();
  });
});
