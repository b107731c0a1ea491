import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import {
  DemoRepository,
  EXIT,
  type Fields,
  ORDER,
  ORDER_FIELDS,
  order,
  rulesOf,
} from './demo-repository.js';

let demo: DemoRepository;
beforeAll(() => {
  demo = DemoRepository.create();
});
afterAll(() => demo.remove());

function edited(name: string, change: Json | undefined, added: Fields = []): string {
  const fields = ORDER_FIELDS.flatMap((field) => {
    // Safe: all of them are objects with a name.
    const isIt = (field as { name: string }).name === name;
    return isIt ? (change === undefined ? [] : [change]) : [field];
  });
  return order([...fields, ...added]);
}

interface Case {
  readonly branch: string;
  readonly text: string;
  readonly exit: number;
  /** WIRE and SEMANTIC findings. */
  readonly rules: readonly string[];
}

const cases: readonly Case[] = [
  {
    branch: 'nothing-but-docs',
    text: order(ORDER_FIELDS, { doc: 'An order.' }),
    exit: EXIT.clean,
    rules: [],
  },
  {
    branch: 'safe-nullable-field',
    text: order([...ORDER_FIELDS, { name: 'note', type: ['null', 'string'], default: null }]),
    exit: EXIT.clean,
    rules: [],
  },
  {
    branch: 'field-without-default',
    text: order([...ORDER_FIELDS, { name: 'note', type: 'string' }]),
    exit: EXIT.findings,
    rules: ['field-default-missing note'],
  },
  {
    branch: 'field-removed',
    text: edited('id', undefined),
    exit: EXIT.findings,
    rules: ['field-default-missing id'],
  },
  {
    branch: 'type-changed',
    text: edited('quantity', { name: 'quantity', type: 'string', default: '1' }),
    exit: EXIT.findings,
    rules: ['default-changed quantity', 'type-mismatch quantity'],
  },
  {
    branch: 'widened',
    text: edited('quantity', { name: 'quantity', type: 'long', default: 1 }),
    exit: EXIT.findings,
    rules: ['type-mismatch quantity'],
  },
  {
    branch: 'symbol-added',
    text: edited('status', {
      name: 'status',
      type: { type: 'enum', name: 'Status', symbols: ['OPEN', 'PAID', 'SENT'] },
    }),
    exit: EXIT.findings,
    rules: ['enum-symbol-missing status'],
  },
  {
    branch: 'scale-changed',
    text: edited('total', {
      name: 'total',
      type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 4 },
    }),
    exit: EXIT.findings,
    rules: ['decimal-changed total'],
  },
  {
    branch: 'unit-changed',
    text: edited('placed_at', {
      name: 'placed_at',
      type: { type: 'long', logicalType: 'timestamp-micros' },
    }),
    exit: EXIT.findings,
    rules: ['time-unit-changed placed_at'],
  },
  {
    branch: 'renamed-without-alias',
    text: edited('quantity', { name: 'quantitiy', type: 'int', default: 1 }),
    exit: EXIT.findings,
    rules: ['field-renamed quantitiy', 'field-renamed quantity'],
  },
  {
    branch: 'type-renamed-without-alias',
    text: order(ORDER_FIELDS, { name: 'Purchase' }),
    exit: EXIT.failure,
    rules: [],
  },
];

describe('a branch checked against its merge base', () => {
  it.each(cases.map((one) => [one.branch, one] as const))('%s', async (branch, one) => {
    demo.branch(branch);
    demo.write(ORDER, one.text);
    demo.commit(branch);
    const answer = await demo.tavro('check', '--against', 'git', '--format', 'json');
    expect([answer.exit, answer.err]).toEqual([one.exit, expect.anything()]);
    if (one.exit === EXIT.failure) {
      // The topic names a type that is gone: the project itself does not hold.
      expect(answer.err).toMatch(/TYPE_UNKNOWN.*com\.acme\.shop\.Order/);
      return;
    }
    const found = [...rulesOf(answer, 'WIRE'), ...rulesOf(answer, 'SEMANTIC')].sort();
    expect(found).toEqual(one.rules);
  });

  const topic = (type: string): string =>
    JSON.stringify({ topics: { orders: { value: type, compatibility: 'BACKWARD' } } });

  it('follows a type that got another name with an alias', async () => {
    demo.branch('renamed-with-alias');
    demo.write('schemas/tavro.json', topic('com.acme.shop.Purchase'));
    demo.write(ORDER, order(ORDER_FIELDS, { name: 'Purchase', aliases: ['Order'] }));
    demo.commit('Rename with an alias');
    const answer = await demo.tavro('check', '--against', 'git', '--format', 'json');
    expect([answer.exit, rulesOf(answer, 'WIRE')]).toEqual([EXIT.clean, []]);
  });

  it.each<readonly [string, string, number, readonly string[]]>([
    ['adds it where only case and underscores changed', 'OR_DER', EXIT.clean, []],
    ['leaves another word to somebody', 'Purchase', EXIT.findings, ['name-mismatch']],
  ])('refuses the same without the alias; --fix %s', async (_, name, exit, left) => {
    demo.branch('renamed-alone');
    demo.write('schemas/tavro.json', topic(`com.acme.shop.${name}`));
    demo.write(ORDER, order(ORDER_FIELDS, { name }));
    demo.commit('Rename');
    const check = ['check', '--against', 'git', '--format', 'json'];
    const before = await demo.tavro(...check);
    expect([before.exit, rulesOf(before, 'WIRE')]).toEqual([EXIT.findings, ['name-mismatch']]);
    const after = await demo.tavro(...check, '--fix');
    expect([after.exit, rulesOf(after, 'WIRE')]).toEqual([exit, left]);
    demo.git('checkout', '--quiet', '--', '.');
  });

  it('follows a file that was moved', async () => {
    demo.branch('moved');
    demo.git('mv', ORDER, 'schemas/order-v1.avsc');
    demo.commit('Move');
    const answer = await demo.tavro('check', '--against', 'git', '--format', 'json');
    expect([answer.exit, rulesOf(answer, 'SOURCE')]).toEqual([EXIT.clean, []]);
  });

  it('lets a new schema and a new topic in', async () => {
    demo.branch('new-schema');
    demo.write('schemas/refund.avsc', '{"type": "record", "name": "Refund", "fields": []}');
    demo.commit('Add');
    const answer = await demo.tavro('check', '--against', 'git', '--format', 'json');
    expect([answer.exit, rulesOf(answer, 'WIRE')]).toEqual([EXIT.clean, []]);
  });

  it('reports a schema that was deleted', async () => {
    demo.branch('with-refund');
    demo.write('schemas/refund.avsc', '{"type": "record", "name": "Refund", "fields": []}');
    demo.commit('Add');
    demo.branch('deleted', 'with-refund');
    demo.git('rm', '--quiet', 'schemas/refund.avsc');
    demo.commit('Delete');
    const answer = await demo.tavro('check', '--against', 'git:with-refund', '--format', 'json');
    expect([answer.exit, rulesOf(answer)]).toEqual([EXIT.findings, ['subject-removed']]);
  });

  it('compares schemas that no topic carries, under their own names', async () => {
    demo.branch('loose', 'with-refund');
    demo.write(
      'schemas/refund.avsc',
      '{"type": "record", "name": "Refund", "fields": [{"name": "a", "type": "int"}]}',
    );
    demo.commit('Change');
    const answer = await demo.tavro('check', '--against', 'git:with-refund', '--format', 'json');
    expect([answer.exit, rulesOf(answer, 'WIRE')]).toEqual([
      EXIT.findings,
      ['field-default-missing a'],
    ]);
  });

  it('compares types of one name by their files, and a new one with none', async () => {
    const type = (...fields: Json[]) =>
      JSON.stringify({ type: 'record', name: 'acme.Same', fields });
    const field = (name: string): Json => ({ name, type: 'int' });
    demo.branch('two-of-a-name');
    demo.write('schemas/one.avsc', type(field('x')));
    demo.write('schemas/two.avsc', type(field('y')));
    demo.commit('Add two');
    const check = () => demo.tavro('check', '--against', 'git:two-of-a-name', '--format', 'json');
    demo.branch('untouched', 'two-of-a-name');
    demo.write('README.md', 'Nothing.');
    demo.commit('Nothing');
    expect([(await check()).exit]).toEqual([EXIT.clean]);
    demo.branch('third', 'two-of-a-name');
    demo.write('schemas/three.avsc', type(field('z')));
    demo.commit('Add a third');
    expect([(await check()).exit]).toEqual([EXIT.clean]);
    demo.branch('second', 'two-of-a-name');
    demo.write('schemas/two.avsc', type(field('y'), field('more')));
    demo.commit('Change the second');
    const answer = await check();
    expect([answer.exit, rulesOf(answer, 'WIRE')]).toEqual([
      EXIT.findings,
      ['field-default-missing more'],
    ]);
  });

  it('blames a stacked branch for its own change only', async () => {
    const broken = order([...ORDER_FIELDS, { name: 'note', type: 'string' }]);
    demo.branch('lower');
    demo.write(ORDER, broken);
    demo.commit('Break');
    demo.branch('upper', 'lower');
    demo.write('README.md', 'Stacked.');
    demo.commit('Harmless');
    const onLower = await demo.tavro('check', '--against', 'git:lower', '--format', 'json');
    const onMain = await demo.tavro('check', '--against', 'git', '--format', 'json');
    expect([onLower.exit, onMain.exit]).toEqual([EXIT.clean, EXIT.findings]);
  });

  it('does not blame a branch for what main did since', async () => {
    const other = DemoRepository.create();
    try {
      other.branch('behind');
      other.write('README.md', 'Mine.');
      other.commit('Harmless');
      other.git('checkout', '--quiet', 'main');
      other.write(ORDER, edited('quantity', undefined));
      other.commit('On main');
      other.git('checkout', '--quiet', 'behind');
      const answer = await other.tavro('check', '--against', 'git', '--format', 'json');
      expect([answer.exit, rulesOf(answer)]).toEqual([EXIT.clean, []]);
    } finally {
      other.remove();
    }
  });

  it('checks what is not committed yet, and says so on main', async () => {
    demo.git('checkout', '--quiet', 'main');
    demo.write(ORDER, edited('id', undefined));
    const answer = await demo.tavro('check', '--against', 'git', '--format', 'json');
    const head = await demo.tavro('check', '--against', 'git:HEAD');
    expect(head.err).toMatch(/^HEAD is the last commit: only changes that are not committed /m);
    demo.git('checkout', '--quiet', '--', '.');
    expect([answer.exit, rulesOf(answer, 'WIRE')]).toEqual([
      EXIT.findings,
      ['field-default-missing id'],
    ]);
    expect(answer.err).toMatch(/HEAD is on main.*git:HEAD~1/);
  });

  it('reports released versions that were edited or removed since', async () => {
    const lock = (identity: string, version: number): string =>
      JSON.stringify({
        format: 1,
        subjects: {
          'orders-value': {
            type: 'com.acme.shop.Order',
            versions: [{ version, state: 'released', identity, schema: 'string', ids: {} }],
          },
        },
      });
    demo.branch('with-lock');
    demo.write('schemas/lock.json', lock('a'.repeat(64), 1));
    demo.commit('Release');
    for (const [text, rule] of [
      [lock('b'.repeat(64), 1), 'released-version-edited'],
      [lock('a'.repeat(64), 2), 'released-version-removed'],
    ] as const) {
      demo.write('schemas/lock.json', text);
      const answer = await demo.tavro('check', '--against', 'git:with-lock', '--format', 'json');
      expect([answer.exit, rulesOf(answer)]).toEqual([EXIT.findings, [rule]]);
    }
    demo.git('checkout', '--quiet', '--', '.');
  });
});

describe('a shallow clone', () => {
  it('says which git fetch it needs, and that one helps', async () => {
    demo.branch('in-shallow');
    demo.write(ORDER, edited('id', undefined));
    demo.commit('One');
    demo.write('README.md', 'Two.');
    demo.commit('Two');
    // The default branch of a remote is the one that its HEAD is on.
    demo.git('checkout', '--quiet', 'main');
    const folder = mkdtempSync(join(tmpdir(), 'tavro-shallow-'));
    execFileSync('git', [
      'clone',
      '--quiet',
      '--depth=1',
      '--branch=in-shallow',
      `file://${demo.folder}`,
      folder,
    ]);
    const clone = new DemoRepository(folder);
    try {
      const before = await clone.tavro('check', '--against', 'git', '--format', 'json');
      expect(before.exit).toBe(EXIT.failure);
      const command = /Run:\n {2}git (fetch .+)\n/.exec(before.err)?.[1];
      expect(command).toBe('fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main');
      clone.git(...(command ?? '').split(' '));
      const after = await clone.tavro('check', '--against', 'git', '--format', 'json');
      expect([after.exit, rulesOf(after, 'WIRE')]).toEqual([
        EXIT.findings,
        ['field-default-missing id'],
      ]);
    } finally {
      clone.remove();
    }
  });

  it.each([
    ['a ref that does not exist', ['git:nowhere'], /has no nowhere.*git fetch origin nowhere/s],
    ['another baseline', ['svn'], /--against takes lock, git/],
  ])('%s is refused with what to do', async (_, against, message) => {
    const answer = await demo.tavro('check', '--against', ...against);
    expect(answer.exit).not.toBe(EXIT.clean);
    expect(answer.err).toMatch(message);
  });
});
