/** `tavro codegen` as people run it, on real folders. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderFlags } from '../../../codegen/command-line.js';
import { run } from '../../../codegen/program.js';

const ORDER = JSON.stringify({
  type: 'record',
  name: 'acme.shop.Order',
  fields: [{ name: 'id', type: 'long' }],
});
const CARD = JSON.stringify({ type: 'fixed', name: 'acme.pay.Card', size: 4 });

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tavro-codegen-'));
  await write('schemas/order.avsc', ORDER);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');

/** Paths of the output folder, with when each was written. */
async function output(): Promise<Map<string, number>> {
  const entries = await readdir(join(folder, 'generated'), {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const times = await Promise.all(files.map(async (path) => (await stat(path)).mtimeMs));
  return new Map(
    files
      .map((path, i): [string, number] => [
        path.slice(folder.length + 'generated/'.length + 1),
        times[i] ?? 0,
      ])
      .sort(),
  );
}

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

async function codegen(...more: string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await run(
    ['codegen', '--schemas', join(folder, 'schemas'), '--out', join(folder, 'generated'), ...more],
    {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      env: {},
      signal: new AbortController().signal,
    },
  );
  // Paths of this machine say nothing.
  const short = (lines: string[]): string => lines.join('\n').replaceAll(`${folder}/`, '');
  return { exit, out: short(out), err: short(err) };
}

describe('tavro codegen', () => {
  it('writes a file per type, topics and contracts', async () => {
    expect(await codegen()).toEqual({
      exit: 0,
      out: '',
      err: '1 type, 0 topics; 3 files written.',
    });
    expect([...(await output()).keys()]).toEqual([
      'acme/shop/Order.ts',
      'contracts.ts',
      'topics.ts',
    ]);
  });

  it('writes nothing a second time', async () => {
    await codegen();
    const before = await output();
    expect((await codegen()).err).toBe('1 type, 0 topics; 0 files written.');
    expect(await output()).toEqual(before);
  });

  it('writes only what an edit changes', async () => {
    await write('schemas/card.avsc', CARD);
    await codegen();
    const before = await output();
    await write('schemas/order.avsc', ORDER.replace('"long"', '"string"'));
    expect((await codegen()).err).toMatch('; 1 file written.');
    const after = await output();
    expect(after.get('acme/pay/Card.ts')).toBe(before.get('acme/pay/Card.ts'));
    expect(await read('generated/acme/shop/Order.ts')).toContain('id: string;');
  });

  it('removes what no schema yields any more, with folders that are empty then; nothing else', async () => {
    await write('schemas/card.avsc', CARD);
    await codegen();
    await write('generated/acme/notes/own.ts', 'export const mine = 1;\n');
    await write('generated/acme/pay.md', 'mine, too\n');
    await rm(join(folder, 'schemas/card.avsc'));
    expect((await codegen()).err).toMatch('; 0 files written, 1 removed.');
    expect([...(await output()).keys()]).toEqual([
      'acme/notes/own.ts',
      'acme/pay.md',
      'acme/shop/Order.ts',
      'contracts.ts',
      'topics.ts',
    ]);
    expect(await readdir(join(folder, 'generated', 'acme'))).toEqual(['notes', 'pay.md', 'shop']);
  });

  it('writes two modules for a topic, and removes those of one that is gone', async () => {
    const topics = { a: { value: 'acme.shop.Order' }, 'b.test': { value: 'acme.shop.Order' } };
    await write('schemas/tavro.json', JSON.stringify({ topics }));
    await codegen();
    await write('schemas/tavro.json', JSON.stringify({ topics: { a: topics.a } }));
    expect((await codegen()).err).toMatch('; 2 files written, 2 removed.');
    expect([...(await output()).keys()]).toEqual([
      'acme/shop/Order.ts',
      'contracts.ts',
      'contracts/a.ts',
      'topics.ts',
      'topics/a.ts',
    ]);
  });

  it('restores a file that someone edited or deleted', async () => {
    await codegen();
    const text = await read('generated/acme/shop/Order.ts');
    await write('generated/acme/shop/Order.ts', text.replace('id: bigint', 'id: number'));
    await rm(join(folder, 'generated/topics.ts'));
    expect((await codegen()).err).toMatch('; 2 files written.');
    expect(await read('generated/acme/shop/Order.ts')).toBe(text);
  });
});

describe('tavro codegen --check', () => {
  it('says that all is well', async () => {
    await codegen();
    expect(await codegen('--check')).toEqual({
      exit: 0,
      out: '',
      err: 'Generated code is up to date.',
    });
  });

  it('names what is stale, missing or left over, writes nothing and exits 100', async () => {
    await write('schemas/card.avsc', CARD);
    await write('schemas/tavro.json', '{"topics":{"orders":{"value":"acme.shop.Order"}}}');
    await codegen();
    await rm(join(folder, 'schemas/card.avsc'));
    await write('schemas/order.avsc', ORDER.replace('"id"', '"key"'));
    await rm(join(folder, 'generated/topics.ts'));
    const before = [await output(), await read('schemas/lock/orders-value.json')];
    const { exit, out, err } = await codegen('--check');
    expect(exit).toBe(100);
    expect(err).toMatch(/Run `npm run codegen` \(or `npx tavro codegen.*`\) and commit/);
    expect(out.split('\n')).toEqual([
      'stale: generated/acme/shop/Order.ts',
      'stale: generated/contracts/orders.ts',
      'stale: generated/topics.ts',
      'stale: generated/acme/pay/Card.ts (no schema yields it)',
      'stale: schemas/lock/orders-value.json',
    ]);
    expect([await output(), await read('schemas/lock/orders-value.json')]).toEqual(before);
  });

  it.each([
    [{}, ''],
    [{ schemas: 'schemas', out: 'generated' }, ''],
    [
      { schemas: 'src/avro', out: 'src/made of avro' },
      ' --schemas "src/avro" --out "src/made of avro"',
    ],
  ])('names the command with the flags of %j', (folders, flags) => {
    expect(folderFlags(folders)).toBe(flags);
  });
});

describe('what is wrong', () => {
  it('in schemas is said with file, line and column, all at once; sound files are written', async () => {
    await write(
      'schemas/bad.avsc',
      '{"type":"record","name":"Bad","fields":[\n  {"name":"x","type":"Missing"}]}',
    );
    await write('schemas/worse.avsc', '{');
    await write('schemas/tavro.json', '{"topics":{"orders":{"value":"acme.shop.Order"}}}');
    await write(
      'schemas/needs-bad.avsc',
      '{"type":"record","name":"NeedsBad","fields":[{"name":"x","type":"Bad"}]}',
    );
    const { exit, err } = await codegen();
    expect(exit).toBe(1);
    expect(err).toMatch(
      /schemas\/bad\.avsc:2:22: error TYPE_UNKNOWN: Nothing defines the type Missing\./,
    );
    expect(err).toMatch(/schemas\/worse\.avsc:1:2: error JSON_SYNTAX/);
    expect([...(await output()).keys()]).toEqual(['acme/shop/Order.ts']);
  });

  it.each<[string, string, RegExp]>([
    [
      'no JSON',
      '{"topics":}',
      /tavro\.json:1:11: error JSON_SYNTAX: Not JSON: a key has no value\.\n {4}fix: Write one behind the colon\.$/,
    ],
    [
      'an unknown key',
      '{\n  "topicz": {}\n}',
      /tavro\.json:2:3: "topicz" is not known here\. Did you mean "topics"\? Known: .*topics/,
    ],
    [
      'a bad choice',
      '{"longs":"string"}',
      /tavro\.json:1:10: "longs" must be one of bigint, number\.$/,
    ],
    [
      'an unknown logical type',
      '{"logicalTypes":{"age":"number"}}',
      /tavro\.json:1:18: "age" is no logical type/,
    ],
    [
      'half a conversion',
      '{"logicalTypes":{"date":{"module":"x"}}}',
      /tavro\.json:1:25: A conversion needs "module", "conversion" .* and "type"\.$/,
    ],
    [
      'a bad topic',
      '{"topics":{"a b":{"value":"acme.shop.Order"}}}',
      /tavro\.json:1:12: "a b" is no Kafka topic name/,
    ],
    [
      'a topic without a value',
      '{"topics":{"a":{}}}',
      /tavro\.json:1:12: The topic a needs a "value"/,
    ],
    [
      'too many partitions',
      '{"topics":{"a":{"value":"acme.shop.Order","partitions":0}}}',
      /tavro\.json:1:56: "partitions" must be a whole number from 1 to/,
    ],
    [
      'a type that no schema defines',
      '{"topics":{"a":{"value":"acme.Order"}}}',
      /tavro\.json:1:25: error TYPE_UNKNOWN: the topic a carries acme\.Order, which no schema defines\. Defined: acme\.shop\.Order\. Did you mean "acme\.shop\.Order"\?$/,
    ],
  ])('in tavro.json: %s', async (_, config, expected) => {
    await write('schemas/tavro.json', config);
    const { exit, err } = await codegen();
    expect({ exit, err }).toEqual({ exit: 1, err: expect.stringMatching(expected) });
  });

  it('in tavro.json is said all at once', async () => {
    await write('schemas/tavro.json', '{"longs":"x","unionDefault":"y"}');
    expect((await codegen()).err.split('\n')).toHaveLength(2);
  });

  it('is a lock in the middle of a merge', async () => {
    await write('schemas/lock/orders-value.json', '{\n<<<<<<< HEAD\n}\n');
    const { exit, err } = await codegen();
    expect({ exit, err }).toEqual({
      exit: 1,
      err: expect.stringMatching(
        /lock\/orders-value\.json has merge conflicts: [\s\S]*git checkout --ours -- .*lock\/orders-value\.json && npx tavro codegen/,
      ),
    });
  });

  it.each([[], ['--watch']])(
    'is a folder that does not exist, with %j',
    async (...more: string[]) => {
      await rm(join(folder, 'schemas'), { recursive: true });
      const { exit, err } = await codegen(...more);
      expect({ exit, err }).toEqual({
        exit: 1,
        err: expect.stringMatching(
          /^The schemas folder .*schemas cannot be (read|watched): it does not exist\.$/,
        ),
      });
    },
  );

  it('is an output that is a file', async () => {
    await write('generated', '');
    const { exit, err } = await codegen();
    expect({ exit, err }).toEqual({ exit: 1, err: expect.stringMatching(/cannot be written: /) });
  });

  it('is an unknown option: exit 2', async () => {
    expect((await codegen('--wach')).exit).toBe(2);
  });
});

describe('tavro codegen --watch', () => {
  it('generates again what an edit changes, survives a bad one, and ends with the signal', async () => {
    const lines: string[] = [];
    let wake = (): void => {};
    const said = async (part: string): Promise<void> => {
      for (;;) {
        const at = lines.findIndex((line) => line.includes(part));
        if (at >= 0) {
          lines.splice(0, at + 1);
          return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const say = (text: string): void => {
      lines.push(text);
      wake();
    };
    const stop = new AbortController();
    const argv = [
      'codegen',
      '--watch',
      '--schemas',
      join(folder, 'schemas'),
      '--out',
      join(folder, 'generated'),
    ];
    const ended = run(argv, { out: say, err: say, env: {}, signal: stop.signal });
    await said('Done in');
    const first = await output();

    await write('schemas/card.avsc', CARD);
    await said('Done in');
    expect([...(await output()).keys()]).toContain('acme/pay/Card.ts');

    await write('schemas/card.avsc', CARD.replace('4', '"4"'));
    await said('SIZE_INVALID');

    await write('schemas/card.avsc', CARD.replace('4', '8'));
    await said('Done in');
    expect(await read('generated/acme/pay/Card.ts')).toContain('of 8 bytes');

    // A type that refers to the edited one through others is generated again, too.
    await write(
      'schemas/shop.avsc',
      '{"type":"record","name":"acme.Shop","fields":[{"name":"card","type":["null","acme.pay.Card"],"default":null}]}',
    );
    await said('Done in');
    const before = await read('generated/acme/Shop.ts');
    await write('schemas/card.avsc', CARD.replace('4', '9'));
    await said('Done in');
    expect(await read('generated/acme/Shop.ts')).not.toBe(before);

    await rm(join(folder, 'schemas/shop.avsc'));
    await said('Done in');
    const last = await output();
    expect([...last.keys()]).not.toContain('acme/Shop.ts');
    expect(last.get('acme/shop/Order.ts')).toBe(first.get('acme/shop/Order.ts'));
    stop.abort();
    expect(await ended).toBe(0);
    // As if it had been generated from nothing.
    expect((await codegen('--check')).exit).toBe(0);
  });
});
