/** A subject over time, and what a run knows of the past. */
import { describe, expect, it } from '@jest/globals';
import { History } from '../../../codegen/history/history.js';
import type { LockedVersion } from '../../../codegen/history/lock.js';
import { nextNumber, releasedOf, withDraft } from '../../../codegen/history/subject.js';
import { identityOf } from '../../../codegen/model/identity.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { isNamed, type NamedSchema } from '../../../codegen/model/schema.js';
import { placeOf } from '../../../codegen/model/source-text.js';
import { printJson } from '../../../runtime/json.js';
import { filesOf, lockOf, printFormat1 } from './locks.js';

const jsonOf = (fields: string) => ({
  type: 'record',
  name: 'acme.Order',
  fields: [...fields].map((name) => ({ name, type: 'int', default: 0 })),
});
function schemaOf(fields: string): NamedSchema {
  const { schema } = parseSchema(jsonOf(fields));
  if (!isNamed(schema)) throw new Error('no record');
  return schema;
}

/** `1a 2ab?`: v1 with the field a is released, v2 with a and b is a draft. */
function versionsOf(text: string): LockedVersion[] {
  return text.split(' ').flatMap((word) => {
    const [, number, fields, mark] = /^(\d+)(\w+)(\??)$/.exec(word) ?? [];
    if (fields === undefined) return [];
    return [
      {
        version: Number(number),
        state: mark === '?' ? 'draft' : 'released',
        identity: identityOf(schemaOf(fields)),
        schema: jsonOf(fields),
        ids: {},
      },
    ];
  });
}
const show = (versions: readonly LockedVersion[]): string =>
  versions.map(({ version, state }) => `${version}${state === 'draft' ? '?' : ''}`).join(' ');

describe('a subject', () => {
  it.each([
    ['', 'a', '1?', '', 2],
    ['1a?', 'ab', '1?', '', 2],
    ['1a', 'a', '1', '1', 2],
    ['1a', 'ab', '1 2?', '1', 3],
    ['1a 2ab?', 'a', '1', '1', 2],
    ['3a 4ab', 'abc', '3 4 5?', '3 4', 6],
  ])('of %p whose schema is now %s', (locked, now, versions, released, next) => {
    const before = { type: 'acme.Order', versions: versionsOf(locked) };
    const after = withDraft(before, schemaOf(now));
    expect([show(after.versions), show(releasedOf(after)), nextNumber(after.versions)]).toEqual([
      versions,
      released,
      next,
    ]);
    expect(after.versions.at(-1)?.identity).toBe(identityOf(schemaOf(now)));
  });

  it('counts from a number that a registry gives', () => {
    expect([nextNumber([], 7), nextNumber([{ version: 7 }], 7), nextNumber([])]).toEqual([7, 8, 1]);
  });
});

describe('a history', () => {
  const lock = {
    subjects: new Map([
      ['orders-value', { type: 'acme.Order', versions: versionsOf('1a 2ab 3abc?') }],
      ['gone-value', { type: 'acme.Order', versions: versionsOf('1abcd') }],
      ['broken-value', { type: 'acme.Order', versions: [{ ...versionsOf('1a')[0], schema: 7 }] }],
    ]),
  } as ConstructorParameters<typeof History>[0]; // Safe: versionsOf made the version that is spread.
  const history = new History(lock, [{ subject: 'orders-value', schema: schemaOf('abcde') }]);

  it('has the released versions of each subject, and no schema of one that cannot be read', () => {
    const fields = ['orders-value', 'gone-value', 'broken-value'].map((subject) =>
      history
        .releasedOf(subject)
        .map(({ schema }) => schema?.kind === 'record' && schema.fields.length),
    );
    expect(fields).toEqual([[1, 2], [4], [false]]);
  });

  it('tells apart what is written and what comes next', () => {
    expect(show(history.lock.subjects.get('orders-value')?.versions ?? [])).toBe('1 2 3?');
    expect(show(history.versionsOf('orders-value'))).toBe('1 2 3?');
    expect(history.versionsOf('orders-value').at(-1)?.identity).toBe(identityOf(schemaOf('abcde')));
    expect(show(history.versionsOf('gone-value'))).toBe('1');
    expect([history.newestOf('orders-value'), history.newestOf('unknown')]).toEqual([3, undefined]);
  });

  it('reads a version once, and again when it was let go of', () => {
    const [version] = history.releasedOf('orders-value');
    const first = version?.schema;
    expect(history.releasedOf('orders-value')[0]?.schema).toBe(first);
    history.forget('orders-value');
    expect(version?.schema).not.toBe(first);
    expect(printJson(version?.locked.schema ?? 0)).toBe(printJson(jsonOf('a')));
  });

  it('says why a version is no schema', () => {
    const [version] = history.releasedOf('broken-value');
    expect(version?.schema).toBeUndefined();
    expect(version?.fingerprint).toBeUndefined();
    expect(version?.read()).toEqual({
      problems: [expect.objectContaining({ code: 'TYPE_INVALID', severity: 'error' })],
    });
  });
});

describe('a place in the lock', () => {
  const subjects = new Map(
    ['a-value', 'b-value'].map((name) => [
      name,
      { type: 'acme.Order', versions: versionsOf('1a 2ab') },
    ]),
  );
  const lock = lockOf(filesOf({ subjects }));
  const history = new History(lock, []);
  const linesOf = (subject: string): readonly string[] =>
    lock.files?.get(`lock/${subject}.json`)?.text.split('\n') ?? [];

  it.each(['a-value', 'b-value'])('is that of the subject %s', (subject) => {
    const { file, line, column } = history.place(subject);
    expect(file).toBe(`schemas/lock/${subject}.json`);
    expect(linesOf(subject)[line - 1]?.slice(column - 1)).toMatch(`"subject": "${subject}", `);
  });

  it('is that of a version of the subject', () => {
    const { file, line, column } = history.place('b-value', 2);
    expect(file).toBe('schemas/lock/b-value.json');
    expect(linesOf('b-value')[line - 1]?.slice(column - 1)).toMatch(/^"version": 2, /);
  });

  it('is that of the part of the schema, for what is wrong within', () => {
    for (const [index, version] of history.releasedOf('b-value').entries()) {
      const { schema } = version;
      if (schema?.kind !== 'record') throw new Error('no record');
      const fields = schema.fields.map(({ origin }) => placeOf(origin));
      // Each version has the field a, which is written once.
      expect(fields.map(({ line }) => line)).toEqual([3, 4].slice(0, index + 1));
      const [{ line = 0, column = 0 } = {}] = fields;
      expect(linesOf('b-value')[line - 1]?.slice(column - 1)).toMatch(/^"a","type":"int"/);
      const whole = placeOf(schema.origin);
      expect(linesOf('b-value')[whole.line - 1]?.slice(whole.column - 1)).toMatch(
        /^"acme.Order","fields":/,
      );
    }
  });

  it('is that in lock.json, where the lock is of format 1', () => {
    const text = printFormat1({ subjects });
    const old = new History(lockOf({ 'lock.json': text }), []);
    const { file, line } = old.place('b-value', 2);
    expect([file, text.split('\n')[line - 1]]).toEqual([
      'schemas/lock.json',
      expect.stringContaining('"version": 2,'),
    ]);
    const schema = old.releasedOf('b-value')[1]?.schema;
    if (schema?.kind !== 'record') throw new Error('no record');
    const at = schema.fields[1] && placeOf(schema.fields[1].origin);
    expect(text.split('\n')[(at?.line ?? 0) - 1]).toContain('"name": "b"');
  });

  it('is the start of the file that it would have, for a subject that is nowhere', () => {
    expect(history.place('c-value', 3)).toEqual({ file: 'lock/c-value.json', line: 1, column: 1 });
  });
});
