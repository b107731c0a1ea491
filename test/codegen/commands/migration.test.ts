/** Commands on a folder whose lock is of format 1, and what they leave. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from '../../../codegen/program.js';
import { startRegistry } from '../../../local/registry/server.js';
import type { Json } from '../../../runtime/json.js';
import { factsOf } from '../history/locks.js';
import { SchemasFolder } from '../schemas-folder.js';

const record = (name: string, ...fields: readonly string[]): Json => ({
  type: 'record',
  name: `acme.${name}`,
  fields: fields.map((field) => ({ name: field, type: 'int', default: 0 })),
});
const TOPICS = {
  orders: { value: 'acme.Order' },
  Items: { value: 'acme.Item', key: 'acme.Order' },
};
const FILES = ['lock/Items-key~', 'lock/Items-value~', 'lock/orders-value.json'];

let folder: SchemasFolder;
beforeEach(async () => {
  folder = await SchemasFolder.create({
    'tavro.json': { topics: TOPICS },
    'order.avsc': record('Order', 'a'),
    'item.avsc': record('Item', 'a', 'b'),
  });
  await folder.run('codegen');
  await folder.release();
  await folder.run('codegen');
  await folder.writeFormat1(await folder.lock());
});
afterEach(() => folder.remove());

const lockFiles = async (): Promise<string[]> =>
  (await readdir(folder.schemas, { recursive: true }))
    .filter((path) => /lock.*\.json$/.test(path))
    .sort();

const short = (text: string): string => text.replaceAll(`${folder.root}/`, '');

describe('codegen', () => {
  it('moves the history into the folder, says so in one line, and has nothing more to do', async () => {
    const before = await folder.lock();
    const stale = await folder.run('codegen', ['--check']);
    expect(stale.code).toBe(100);
    const named = short(stale.out).split('\n');
    expect(named).toContain('stale: schemas/lock.json (lock/ takes its place)');
    expect(named.filter((line) => line.includes('generated'))).toEqual([]);
    expect(await lockFiles()).toEqual(['lock.json']);

    const { code, err } = await folder.run('codegen');
    expect({ code, lines: short(err).split('\n') }).toEqual({
      code: 0,
      lines: [
        'The history is in schemas/lock/ now, a file for each subject, and schemas/lock.json is gone. Commit both.',
        '2 types, 2 topics; 3 files written, 1 removed.',
      ],
    });
    expect(await lockFiles()).toEqual(FILES.map((path) => expect.stringContaining(path)));
    expect(factsOf(await folder.lock())).toEqual(factsOf(before));
    expect(await folder.run('codegen', ['--check'])).toMatchObject({ code: 0, out: '' });
    expect((await folder.run('codegen')).err).toBe('2 types, 2 topics; 0 files written.');
  });

  it('writes of the lock what changed, and nothing else', async () => {
    await folder.run('codegen');
    const before = await folder.lockTexts();
    await folder.write('item.avsc', record('Item', 'a', 'b', 'c'));
    const { out } = await folder.run('codegen', ['--check']);
    const named = short(out)
      .split('\n')
      .filter((line) => line.includes('schemas/'));
    expect(named).toEqual([expect.stringMatching(/^stale: schemas\/lock\/Items-value~\w+\.json$/)]);
    await folder.run('codegen');
    const after = await folder.lockTexts();
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed).toEqual([expect.stringContaining('lock/Items-value~')]);
  });

  it('tells of a lock that is half moved, as check does, and moves the rest', async () => {
    const old = await folder.read('lock.json');
    await folder.run('codegen');
    await writeFile(join(folder.schemas, 'lock.json'), old);
    await rm(join(folder.schemas, 'lock/orders-value.json'));
    for (const command of ['check', 'plan', 'publish', 'codegen']) {
      const args = command === 'publish' ? ['--registry', 'http://127.0.0.1:1'] : [];
      const { err } = await folder.run(command, args);
      expect(short(err)).toMatch(
        /^schemas\/lock\.json: note: it is there beside schemas\/lock\/.*it says more of orders-value\./m,
      );
    }
    expect(await lockFiles()).toHaveLength(3);
    expect((await folder.run('check')).err).toBe('');
  });

  it.each<[string, string, RegExp]>([
    ['tsconfig.json', '{}', /lock\/tsconfig\.json is no file of the lock.*move it/s],
    ['.hidden.json', '', /lock\/\.hidden\.json is no file of the lock/],
  ])('refuses what tavro did not write to the folder: %s', async (name, text, message) => {
    await folder.run('codegen');
    await writeFile(join(folder.schemas, 'lock', name), text);
    const { code, err } = await folder.run('codegen');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(message) });
  });

  it('takes schemas below a folder of this name as schemas, and leaves alone what else is there', async () => {
    await folder.run('codegen');
    await folder.write('lock/key.avsc', record('Key', 'a'));
    await folder.write('lock/more/lock.json', { neither: 'ours' });
    await writeFile(join(folder.schemas, 'lock', 'README.md'), 'Locks.');
    const { code, err } = await folder.run('codegen');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^3 types, 2 topics; /) });
    expect(await readdir(join(folder.schemas, 'lock'))).toEqual(
      expect.arrayContaining(['README.md', 'key.avsc', 'more']),
    );
  });
});

it.each(['publish', 'pull'])('%s moves the history, too, and says so', async (command) => {
  const server = await startRegistry();
  try {
    if (command === 'pull') {
      const other = await SchemasFolder.create({
        'tavro.json': { topics: { orders: TOPICS.orders } },
        'order.avsc': record('Order', 'a', 'new'),
      });
      await other.run('publish', ['--registry', server.url]);
      await other.remove();
    }
    const dry = await folder.run(command, ['--registry', server.url, '--dry-run']);
    expect([dry.code, await lockFiles()]).toEqual([0, ['lock.json']]);
    const { code, err } = await folder.run(command, ['--registry', server.url]);
    expect(code).toBe(0);
    expect(err.match(/schemas\/lock\.json is gone\. Commit both\./g)).toHaveLength(1);
    expect(await lockFiles()).toEqual(FILES.map((path) => expect.stringContaining(path)));
    const ids = (await folder.versions('orders-value')).map(([, , given]) => given[server.url]);
    expect(ids.filter((id) => id !== undefined)).toHaveLength(1);
    expect(await folder.versions('Items-value')).toHaveLength(1);
    expect((await folder.run('check')).err).toBe('');
  } finally {
    await server.stop();
  }
});

it('starts no run of --watch over again for what it writes to the lock', async () => {
  let done = 0;
  let wake = (): void => {};
  const err = (text: string): void => {
    if (text.startsWith('Done in')) done += 1;
    wake();
  };
  const until = async (count: number): Promise<void> => {
    while (done < count)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  const stop = new AbortController();
  const argv = ['codegen', '--watch', '--schemas', folder.schemas, '--out', folder.generated];
  const ended = run(argv, { out: err, err, env: {}, signal: stop.signal });
  for (const [index, fields] of [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'd']].entries()) {
    if (index > 0) await folder.write('order.avsc', record('Order', ...fields));
    await until(index + 1);
  }
  stop.abort();
  expect(await ended).toBe(0);
  // The first run moved the history, and each edit changed a draft.
  expect(done).toBe(4);
  expect((await folder.versions('orders-value')).map(([, state]) => state)).toEqual([
    'released',
    'draft',
  ]);
});
