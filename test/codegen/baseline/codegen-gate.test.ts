import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import {
  type Answer,
  DemoRepository,
  EXIT,
  ORDER,
  ORDER_FIELDS,
  order,
  rulesOf,
} from './demo-repository.js';

let demo: DemoRepository;
beforeEach(() => {
  demo = DemoRepository.create();
});
afterEach(() => demo.remove());

const path = (name: string): string => join(demo.folder, name);
const codegen = (...args: string[]): Promise<Answer> =>
  demo.tavro('codegen', '--out', path('generated'), ...args);
const LOCK = 'schemas/lock/orders-value.json';
const lock = (): string => readFileSync(path(LOCK), 'utf8');

/** Does what `publish` does to the lock. */
function release(): void {
  demo.write(LOCK, lock().replaceAll('"state": "draft"', '"state": "released"'));
}

/** Every file below a folder, with its text. */
function snapshot(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file, 'utf8')]),
  );
}

const withoutDefault: readonly Json[] = ORDER_FIELDS.map((field) =>
  (field as { name: string }).name === 'quantity' ? { name: 'quantity', type: 'int' } : field,
);
const withNote = (note: Json): string => order([...ORDER_FIELDS, note]);
const NOTE = { name: 'note', type: 'string' };

describe('codegen', () => {
  it('lets a draft change freely', async () => {
    expect((await codegen()).exit).toBe(EXIT.clean);
    demo.write(ORDER, withNote(NOTE));
    expect((await codegen()).exit).toBe(EXIT.clean);
  });

  it('writes nothing when a released version breaks, and says all', async () => {
    demo.write(ORDER, withNote({ name: 'note', type: 'string', default: '' }));
    await codegen();
    release();
    // v2 loses the field, so that readers of v3 need the default.
    demo.write(ORDER, order(ORDER_FIELDS));
    await codegen();
    release();
    const before = snapshot(demo.folder);
    demo.write(ORDER, withNote(NOTE));
    const { exit, out, err } = await codegen();
    expect(exit).toBe(EXIT.findings);
    expect({ ...snapshot(demo.folder), [path(ORDER)]: before[path(ORDER)] }).toEqual(before);
    expect(err).toMatch(/Nothing was written/);
    for (const part of [
      'field-default-missing',
      /order\.avsc:\d+:\d+ \(reader v3 \(draft\)\)/,
      /lock\/orders-value\.json:\d+:\d+ \(writer v2\)/,
      /> \d+ \| .*"name": "note"/,
      'consumers on v3 (draft) cannot read v2',
      /witness: \{"id":""/,
      'decoder: Expected data that the reader can take',
      'fix: Give note a default',
    ])
      expect(out).toMatch(part);
  });

  it('refuses --check the same way', async () => {
    await codegen();
    release();
    demo.write(ORDER, withNote(NOTE));
    const { exit, out } = await codegen('--check');
    expect([exit, out]).toEqual([EXIT.findings, expect.stringMatching('field-default-missing')]);
  });

  it('accepts the removal of a default only while every version has the field', async () => {
    await codegen();
    release();
    demo.write(ORDER, order(withoutDefault));
    expect((await codegen()).exit).toBe(EXIT.clean);
  });

  it('goes on with a waiver that holds, not with one that ended', async () => {
    await codegen();
    release();
    demo.write(ORDER, withNote(NOTE));
    const config = (expires: string): string =>
      JSON.stringify({
        topics: { orders: { value: 'com.acme.shop.Order' } },
        check: {
          waivers: [
            {
              rule: 'field-default-missing',
              subject: 'orders-value',
              path: 'note',
              reason: 'The topic is empty.',
              expires,
            },
          ],
        },
      });
    const now = (): Date => new Date('2030-06-15T12:00:00Z');
    const generate = (): Promise<Answer> =>
      demo.tavroWith({ now }, 'codegen', '--out', path('generated'));
    demo.write('schemas/tavro.json', config('2030-06-14'));
    const ended = await generate();
    expect([ended.exit, ended.out]).toEqual([
      EXIT.findings,
      expect.stringMatching('ended on 2030-06-14'),
    ]);
    demo.write('schemas/tavro.json', config('2030-06-15'));
    expect((await generate()).exit).toBe(EXIT.clean);
    expect(existsSync(path('generated'))).toBe(true);
  });
});

describe('the lock', () => {
  it('may not say something else of a released version', async () => {
    await codegen();
    release();
    demo.write(LOCK, lock().replace('"name":"quantity"', '"name":"amount"'));
    const check = await demo.tavro('check', '--format', 'json');
    expect([check.exit, rulesOf(check, 'WIRE')]).toEqual([
      EXIT.findings,
      ['released-version-edited'],
    ]);
    expect((await codegen()).exit).toBe(EXIT.findings);
  });

  it('may not lose a version from the middle', async () => {
    await codegen();
    release();
    const notes = ['a', 'b'].map((name) => ({ name, type: ['null', 'string'], default: null }));
    for (const count of [1, 2]) {
      demo.write(ORDER, order([...ORDER_FIELDS, ...notes.slice(0, count)]));
      await codegen();
      release();
    }
    const subject = JSON.parse(lock());
    subject.versions.splice(1, 1);
    demo.write(LOCK, JSON.stringify(subject, null, 2));
    const check = await demo.tavro('check', '--format', 'json');
    expect(rulesOf(check)).toContain('released-version-removed');
    expect(check.out).toMatch(/goes to v3 and lacks v2/);
  });

  it('says how to resolve a conflict of two drafts', async () => {
    await codegen();
    demo.commit('Draft');
    demo.branch('left');
    demo.write(ORDER, withNote({ name: 'left', type: ['null', 'int'], default: null }));
    await codegen();
    demo.commit('Left');
    demo.branch('right');
    demo.write(ORDER, order([{ name: 'right', type: 'int', default: 1 }, ...ORDER_FIELDS]));
    await codegen();
    demo.commit('Right');
    expect(() => demo.git('merge', '--quiet', 'left')).toThrow();
    demo.git('checkout', '--ours', '--', 'schemas/shop/order.avsc');
    const conflict = await codegen();
    expect(conflict.exit).toBe(EXIT.failure);
    const [, command = '', file] =
      /git (checkout --ours -- \S*(lock\/[\w-]*\.json))/.exec(conflict.err) ?? [];
    expect(file).toBe('lock/orders-value.json');
    demo.git(...command.replace('<repo>', demo.folder).split(' '));
    const resolved = await codegen();
    expect(resolved.exit).toBe(EXIT.clean);
  });

  it('may not be left by a subject with released versions', async () => {
    await codegen();
    release();
    demo.write('schemas/tavro.json', '{"topics": {}}');
    const check = await demo.tavro('check', '--format', 'json');
    expect([check.exit, rulesOf(check, 'SOURCE')]).toEqual([EXIT.findings, ['subject-removed']]);
  });
});

describe('check', () => {
  it('shows the warnings and passes', async () => {
    demo.write(ORDER, withNote({ name: 'note', type: ['null', 'string'] }));
    const check = await demo.tavro('check', '--format', 'json');
    expect([check.exit, rulesOf(check)]).toEqual([
      EXIT.clean,
      ['nullable-without-default com.acme.shop.Order.note'],
    ]);
  });

  it('takes severities from tavro.json, by subject before by project', async () => {
    demo.write(ORDER, withNote({ name: 'note', type: ['null', 'string'] }));
    const config = (check: Json): string =>
      JSON.stringify({ topics: { orders: { value: 'com.acme.shop.Order' } }, check });
    const rules = { 'nullable-without-default': 'error' };
    demo.write('schemas/tavro.json', config({ rules }));
    expect((await demo.tavro('check')).exit).toBe(EXIT.findings);
    demo.write(
      'schemas/tavro.json',
      config({ rules, subjects: { 'orders-value': { 'nullable-without-default': 'off' } } }),
    );
    const check = await demo.tavro('check', '--format', 'json');
    expect([check.exit, rulesOf(check)]).toEqual([EXIT.clean, []]);
  });

  it('says nothing of an int that becomes a long where longs are numbers', async () => {
    await codegen();
    release();
    demo.write(
      ORDER,
      order(
        ORDER_FIELDS.map((field) =>
          (field as { name: string }).name === 'quantity'
            ? { name: 'quantity', type: 'long', default: 1 }
            : field,
        ),
      ),
    );
    const config = (longs: string): string =>
      JSON.stringify({ longs, topics: { orders: { value: 'com.acme.shop.Order' } } });
    const found: string[][] = [];
    for (const longs of ['bigint', 'number']) {
      demo.write('schemas/tavro.json', config(longs));
      found.push(rulesOf(await demo.tavro('check', '--format', 'json')));
    }
    expect(found).toEqual([['source-int-to-long quantity'], []]);
  });

  it('reports a waiver that hides nothing', async () => {
    demo.write(
      'schemas/tavro.json',
      JSON.stringify({
        topics: { orders: { value: 'com.acme.shop.Order' } },
        check: {
          waivers: [
            {
              rule: 'type-mismatch',
              subject: 'orders-value',
              path: 'id',
              reason: 'Once.',
              expires: '2999-01-01',
            },
          ],
        },
      }),
    );
    const check = await demo.tavro('check', '--format', 'json');
    expect([check.exit, rulesOf(check)]).toEqual([EXIT.findings, ['waiver-unused id']]);
  });

  it.each<readonly [string, Json, RegExp]>([
    ['an unknown rule', { rules: { 'no-such-rule': 'error' } }, /"no-such-rule" is no rule/],
    ['an unknown severity', { rules: { 'type-mismatch': 'fatal' } }, /one of error, warning, off/],
    ['a waiver without a reason', { waivers: [{ rule: 'type-mismatch' }] }, /A waiver needs/],
    [
      'a date that is none',
      {
        waivers: [
          { rule: 'type-mismatch', subject: 's', path: '', reason: 'r', expires: '2030-02-31' },
        ],
      },
      /must be a date/,
    ],
    ['an unknown key', { waiver: [] }, /"waiver" is not known here/],
  ])('refuses %s with file, line and column', async (_, check, message) => {
    demo.write(
      'schemas/tavro.json',
      JSON.stringify({ topics: { orders: { value: 'com.acme.shop.Order' } }, check }),
    );
    const answer = await demo.tavro('check');
    expect(answer.exit).toBe(EXIT.failure);
    expect(answer.err).toMatch(message);
    expect(answer.err).toMatch(/tavro\.json:1:\d+/);
  });
});
