import { describe, expect, it } from '@jest/globals';
import { createRegistry, type RegistryOptions } from '../../../runtime/registry/client.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import { loopbacks, type Reaction } from './loopback.js';

const serve = loopbacks();

async function subjectsOf(
  react: (path: string, count: number) => Reaction,
  options?: Partial<RegistryOptions>,
) {
  const server = await serve(({ path }, count) => react(path, count));
  return { server, subjects: createSubjects(createRegistry({ url: server.url, ...options })) };
}

const version = { subject: 's', version: 3, id: 30, schema: '"int"', schemaType: 'AVRO' };

describe('subjects', () => {
  it('lists subjects and versions', async () => {
    const { subjects } = await subjectsOf((path) => ({
      json: path === '/subjects' ? ['s', 't'] : [1, 3],
    }));
    expect(await subjects.list()).toEqual(['s', 't']);
    expect(await subjects.versions('s')).toEqual([1, 3]);
  });

  it('answers one version, and keeps it', async () => {
    const { server, subjects } = await subjectsOf(() => ({ json: version }));
    await subjects.version('s', 3);
    expect(await subjects.version('s', 3)).toEqual({ ...version, references: [] });
    expect(server.paths()).toEqual(['GET /subjects/s/versions/3?deleted=true']);
  });

  it('asks for the newest version again when its time is over', async () => {
    let ms = 0;
    const { server, subjects } = await subjectsOf(
      (_, count) => ({ json: { ...version, version: count } }),
      { now: () => ms },
    );
    expect((await subjects.latest('s')).version).toBe(1);
    ms = 59_999;
    expect((await subjects.latest('s')).version).toBe(1);
    ms = 60_000;
    expect((await subjects.latest('s')).version).toBe(2);
    expect(server.heard).toHaveLength(2);
  });

  it('answers the old newest version while the registry is down', async () => {
    let ms = 0;
    let answer: Reaction = { json: version };
    const { server, subjects } = await subjectsOf(() => answer, { now: () => ms, retries: 0 });
    await subjects.latest('s');
    answer = { status: 503, text: '' };
    ms = 60_000;
    expect((await subjects.latest('s')).version).toBe(3);
    expect((await subjects.latest('s')).version).toBe(3);
    expect(server.heard).toHaveLength(2); // asked once, then left alone for a while
    answer = { json: { ...version, version: 4 } };
    ms += 10_000;
    expect((await subjects.latest('s')).version).toBe(4);
  });

  it('takes back the newest version when the subject is gone', async () => {
    let ms = 0;
    let answer: Reaction = { json: version };
    const { subjects } = await subjectsOf(() => answer, { now: () => ms });
    await subjects.latest('s');
    answer = { status: 404, json: { error_code: 40401, message: "Subject 's' not found." } };
    ms = 60_000;
    await expect(subjects.latest('s')).rejects.toMatchObject({ code: 'UNKNOWN_SUBJECT' });
  });
});

describe('compatibility', () => {
  it.each([
    [{ is_compatible: true }, { compatible: true, messages: [] }],
    [{ is_compatible: false }, { compatible: false, messages: [] }],
    [
      { is_compatible: true, messages: ['x'] },
      { compatible: true, messages: ['x'] },
    ],
    [
      { is_compatible: false, messages: [] },
      { compatible: false, messages: [] },
    ],
  ])('trusts is_compatible alone: %j', async (json, verdict) => {
    const { server, subjects } = await subjectsOf(() => ({ json }));
    expect(await subjects.compatibility('a/b', '"int"')).toEqual(verdict);
    expect(server.paths()).toEqual(['POST /compatibility/subjects/a%2Fb/versions?verbose=true']);
  });

  it('takes a subject that an old registry does not know as one without history', async () => {
    const { subjects } = await subjectsOf(() => ({
      status: 404,
      json: { error_code: 40401, message: 'Subject not found.' },
    }));
    expect(await subjects.compatibility('s', '"int"')).toEqual({ compatible: true, messages: [] });
  });

  it.each([
    [{ status: 404, text: 'no such page' }, 'GARBAGE'],
    [{ json: { messages: [] } }, 'GARBAGE'],
    [{ json: { is_compatible: 'true' } }, 'GARBAGE'],
    [{ status: 422, json: { error_code: 42201, message: 'Invalid schema' } }, 'INVALID'],
  ])('%j is no verdict', async (reaction, code) => {
    const { subjects } = await subjectsOf(() => reaction);
    await expect(subjects.compatibility('s', '"int"')).rejects.toMatchObject({ code });
  });
});

describe('levels', () => {
  it('reads and sets the level of a subject and the global one', async () => {
    const { server, subjects } = await subjectsOf((path) => ({
      json: { compatibilityLevel: path === '/config' ? 'FULL' : 'NONE', compatibility: 'NONE' },
    }));
    expect(await subjects.level()).toBe('FULL');
    expect(await subjects.level('s')).toBe('NONE');
    await subjects.setLevel('NONE', 's');
    await subjects.setLevel('FULL_TRANSITIVE');
    expect(server.heard.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual([
      'GET /config ',
      'GET /config/s ',
      'PUT /config/s {"compatibility":"NONE"}',
      'PUT /config {"compatibility":"FULL_TRANSITIVE"}',
    ]);
  });

  it.each([40401, 40408])('answers undefined where a subject has none (%s)', async (error_code) => {
    const { subjects } = await subjectsOf(() => ({ status: 404, json: { error_code } }));
    expect(await subjects.level('s')).toBeUndefined();
  });

  it('answers undefined where a subject has other settings only', async () => {
    const { subjects } = await subjectsOf(() => ({ json: { validateNames: false } }));
    expect(await subjects.level('s')).toBeUndefined();
  });

  it.each<object>([{}, { up: true }, { normalize: true, compatibilityLevel: 'MAYBE' }])(
    'takes no other answer for settings: %j',
    async (json) => {
      const { subjects } = await subjectsOf(() => ({ json }));
      await expect(subjects.level('s')).rejects.toMatchObject({ code: 'GARBAGE' });
    },
  );

  it.each(['compatibility', 'compatibilityLevel'])('takes %s for a done deed', async (key) => {
    const { subjects } = await subjectsOf(() => ({ json: { [key]: 'FULL' } }));
    await expect(subjects.setLevel('FULL')).resolves.toBeUndefined();
  });

  it('does not take a page for a done deed', async () => {
    const { subjects } = await subjectsOf(() => ({ text: '<html>' }));
    await expect(subjects.setLevel('FULL')).rejects.toMatchObject({ code: 'GARBAGE' });
    await expect(subjects.level()).rejects.toMatchObject({ code: 'GARBAGE' });
  });
});
