/** A subject's file: what is written is read again, and what nobody wrote is refused by name. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { History } from '../../../codegen/history/history.js';
import type { Lock, LockedVersion } from '../../../codegen/history/lock.js';
import { lockChanges } from '../../../codegen/history/lock-changes.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { type Json, parseJson, printJson } from '../../../runtime/json.js';
import { arbitrarySchema } from '../arbitrary-schema.js';
import { factsOf, filesOf, lockOf, subjectText } from './locks.js';

const FILE = 'lock/orders-value.json';

const version = (
  number: number,
  schema: Json,
  more: Partial<LockedVersion> = {},
): LockedVersion => ({
  ...{ version: number, state: 'released', identity: `identity-${number}`, schema, ids: {} },
  ...more,
});
const order = (...names: readonly string[]): Json => ({
  type: 'record',
  name: 'acme.Order',
  fields: names.map((name) => ({ name, type: 'int' })),
});

const subjectName = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'con',
    'a/b',
    '..',
    '.hidden',
    'A',
    'a',
    'ü',
    '',
    '~types',
  ),
  fc.string({ unit: 'grapheme' }),
);
const url = fc.constantFrom('https://a.example', 'http://localhost:8081', 'b', '__proto__');
const ids = fc.dictionary(url, fc.integer());
const guids = fc.dictionary(url, fc.uuid());
/** Locks with all that can stand in one; schemas as a file holds them. */
const arbitraryLock: fc.Arbitrary<Lock> = fc
  .uniqueArray(
    fc.record({
      name: subjectName,
      type: fc.string(),
      versions: fc.array(
        fc.record({
          schema: fc.oneof(arbitrarySchema, fc.constant('int')),
          ids,
          guids,
          isOwned: fc.boolean(),
        }),
        { maxLength: 4 },
      ),
      topics: fc.uniqueArray(fc.constantFrom('orders', 'orders-v1', '__proto__', 'x y'), {
        maxLength: 2,
      }),
    }),
    { maxLength: 4, selector: ({ name }) => name },
  )
  .chain((subjects) =>
    fc.record({
      subjects: fc.constant(subjects),
      types: fc.dictionary(fc.string(), fc.constantFrom('User', 'User_2'), { maxKeys: 2 }),
    }),
  )
  .map(({ subjects, types }) => ({
    subjects: new Map(
      subjects.map(({ name, type, versions }) => [
        name,
        {
          type,
          versions: versions.map(({ schema, ids: given, guids: told, isOwned }, index) =>
            version(index + 1, parseJson(printJson(schema)), {
              state: index === 3 ? 'draft' : 'released',
              ids: given,
              ...(Object.keys(told).length > 0 && { guids: told }),
              ...(isOwned && { machine: 'mine' }),
            }),
          ),
        },
      ]),
    ),
    names: {
      topics: new Map(subjects.flatMap(({ topics }) => topics.map((topic) => [topic, 'constant']))),
      subjects: new Map(
        subjects.flatMap(({ name, topics }) => topics.map((topic) => [topic, name])),
      ),
      types: new Map(Object.entries(types)),
    },
  }));

describe('a lock', () => {
  it('reads back as it was, and prints as it was', () => {
    fc.assert(
      fc.property(arbitraryLock, (lock) => {
        const texts = filesOf(lock);
        if (Object.keys(texts).length === 0) return;
        const read = lockOf(texts);
        expect(factsOf(read)).toEqual(factsOf(lock));
        expect(filesOf(read)).toEqual(texts);
        expect(lockChanges(read, read)).toEqual({ files: [], removed: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('means the same in every layout, and stands as somebody has laid it out', () => {
    fc.assert(
      fc.property(arbitraryLock, (lock) => {
        const texts = filesOf(lock);
        const layouts: ((text: string) => string)[] = [
          (text) => text.replaceAll('\n', '\r\n'),
          (text) => ` ${text}`,
          (text) => text.replaceAll('\n', ' '),
          (text) => text.replaceAll(/^([{"\]])/gm, '  $1'),
        ];
        for (const layout of layouts) {
          const other = Object.entries(texts).map(([path, text]) => [path, layout(text)]);
          const read = lockOf(Object.fromEntries(other));
          expect(filesOf(read)).toEqual(texts);
          expect(lockChanges(read, { ...read, subjects: new Map(factsOf(read).subjects) })).toEqual(
            {
              files: [],
              removed: [],
            },
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it('has another first line where only the topics of a subject change, and is as if printed', () => {
    let changed = 0;
    fc.assert(
      fc.property(arbitraryLock, (lock) => {
        const texts = filesOf(lock);
        const read = lockOf(texts);
        if (read.names === undefined) return;
        const names = { ...read.names, topics: new Map(), subjects: new Map() };
        const { files } = lockChanges(read, { ...read, names });
        const anew = filesOf({ ...lock, names });
        for (const { path, text } of files) expect(text).toBe(anew[path]);
        for (const path of Object.keys(anew))
          if (!files.some((file) => file.path === path)) expect(texts[path]).toBe(anew[path]);
        changed += files.length;
      }),
      { numRuns: 100 },
    );
    expect(changed).toBeGreaterThan(10);
  });

  it('keeps its versions as somebody has laid them out when its topics change', () => {
    const text = subjectText([version(1, order('a')), version(2, order('b'))]);
    const crlf = text.replaceAll('\n', '\r\n');
    const noted = text.replaceAll(/, "text": "\w+"/g, '');
    for (const written of [text, crlf, noted]) {
      const read = lockOf({ [FILE]: written });
      const topics = new Map([['orders', 'ordersTopic']]);
      const names = { topics, subjects: new Map([['orders', 'orders-value']]), types: new Map() };
      const [first, ...rest] = written.split('\n');
      const head = first?.replace(/,(\r?)$/, ', "topics": {"orders": "ordersTopic"},$1');
      expect(lockChanges(read, { ...read, names }).files).toEqual([
        { path: FILE, text: [head, ...rest].join('\n') },
      ]);
      const versions = [version(1, order('a')), version(2, order('b')), version(3, order('c'))];
      const subjects = new Map([['orders-value', { type: 'acme.Order', versions }]]);
      expect(lockChanges(read, { ...read, subjects }).files).toEqual([
        { path: FILE, text: subjectText(versions) },
      ]);
    }
  });

  it('has a line for each fact', () => {
    const text = subjectText([
      version(1, order('a', 'b'), { ids: { 'https://r.example': 3 }, machine: 'm' }),
      version(2, order('a', 'b', 'c'), { state: 'draft' }),
    ]);
    expect(text).toBe(`{"format": 2, "subject": "orders-value", "type": "acme.Order",
"parts": [
{"name":"a","type":"int"},
{"name":"b","type":"int"},
{"name":"c","type":"int"}
],
"versions": [
{"version": 1, "state": "released", "identity": "identity-1", "ids": {"https://r.example": 3}, "text": "2718ccfe89fae34f", "machine": "m",
 "schema": {"type":"record","name":"acme.Order","fields":[0,1]}},
{"version": 2, "state": "draft", "identity": "identity-2",
 "schema": {"type":"record","name":"acme.Order","fields":[0,1,2]}}
]}
`);
  });

  it('has GUIDs beside ids, and passes over what is none', () => {
    const guids = { 'https://r.example': '4e4edcd2-844e-c10a-537b-f96ef9241304' };
    const one = version(1, order('a'), { ids: { 'https://r.example': 3 }, guids });
    const text = subjectText([one]);
    expect(text).toContain(
      '"ids": {"https://r.example": 3}, "guids": {"https://r.example": "4e4edcd2-844e-c10a-537b-f96ef9241304"}, "text"',
    );
    for (const other of ['"4E4EDCD2"', '7', 'null', '{}']) {
      const edited = text.replace(/"4e4e[^"]*"/, other);
      const read = lockOf({ 'lock/orders-value.json': edited }).subjects.get('orders-value');
      expect({ ...read?.versions[0] }).toMatchObject({ ids: one.ids });
      expect(read?.versions[0]).not.toHaveProperty('guids');
    }
  });

  it('tells of a released version, unread, whether it is as it was written', () => {
    const released = fc.array(arbitrarySchema, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(released, (schemas) => {
        const text = subjectText(schemas.map((schema, index) => version(index + 1, schema)));
        const { origin, versions = [] } =
          lockOf({ [FILE]: text }).subjects.get('orders-value') ?? {};
        expect(versions.map((one) => origin?.isAsWritten(one))).toEqual(schemas.map(() => true));
      }),
    );
    const text = subjectText([version(1, order('a')), version(2, order('a'), { state: 'draft' })]);
    const tell = (edited: string) => {
      const { origin, versions = [] } =
        lockOf({ [FILE]: edited }).subjects.get('orders-value') ?? {};
      return versions.map((one) => origin?.isAsWritten(one));
    };
    expect(tell(text)).toEqual([true, false]);
    expect(tell(text.replace('"name":"a"', '"name":"x"'))).toEqual([false, false]);
    // Of a file that was written before this was noted nobody knows.
    expect(tell(text.replace(/, "text": "\w+"/, ''))).toEqual([false, false]);
  });

  it('is not read before somebody asks: only the first line is', () => {
    const text = subjectText([version(1, order('a'))]);
    const broken = text.replace('[0]', '[1]');
    const lock = lockOf({
      [FILE]: text,
      'lock/broken.json': broken.replace('orders-value', 'broken'),
    });
    expect(lock.subjects.get('broken')?.type).toBe('acme.Order');
    expect(lock.subjects.get('orders-value')?.versions).toHaveLength(1);
    expect(() => lock.subjects.get('broken')?.versions).toThrow('broken');
    // What nobody asks for is neither printed nor read.
    const subjects = new Map(lock.subjects).set('new-value', {
      type: 'acme.Order',
      versions: [version(1, order('a'))],
    });
    const { files, removed } = lockChanges(lock, { ...lock, subjects });
    expect([files.map(({ path }) => path), removed]).toEqual([['lock/new-value.json'], []]);
  });

  it('refuses two subjects of which a file system could keep one file only', () => {
    const subject = { type: 'A', versions: [] };
    // No well-formed text: both are the same bytes.
    const subjects = new Map([
      ['\ud800', subject],
      ['\ufffd', subject],
    ]);
    expect(() => filesOf({ subjects })).toThrow(
      expect.objectContaining({
        code: 'LOCK_INVALID',
        message: expect.stringContaining('two subjects'),
      }),
    );
  });
});

describe('places', () => {
  it('are those of the words that each character came from', () => {
    fc.assert(
      fc.property(fc.array(arbitrarySchema, { minLength: 1, maxLength: 3 }), (schemas) => {
        const versions = schemas.map((schema, index) => version(index + 1, schema));
        const text = subjectText(versions);
        for (const layout of [text, ` ${text}`]) {
          const lock = lockOf({ [FILE]: layout });
          const { origin, versions: read = [] } = lock.subjects.get('orders-value') ?? {};
          for (const one of read) {
            const schema = origin?.schemaOf(one);
            const at = new SourceText('', layout);
            for (let offset = 0; offset < (schema?.text.length ?? 0); offset++) {
              const place = schema?.place(offset) ?? { line: 0, column: 0 };
              expect(layout[at.offset(place)]).toBe(schema?.text[offset]);
            }
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('name the line of the part for what is wrong in a version', () => {
    const broken = { name: 'x', type: 'nothing' };
    const schema = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'int' }, broken] };
    const lock = lockOf({ [FILE]: subjectText([version(1, order('a')), version(2, schema)]) });
    const [, second] = new History(lock, []).releasedOf('orders-value');
    expect(second?.read()).toEqual({
      problems: [
        expect.objectContaining({
          code: 'TYPE_UNKNOWN',
          at: { file: `schemas/${FILE}`, line: 4, column: 20 },
        }),
      ],
    });
  });
});

/** A file with parts and versions as given, whatever they are. */
const hostile = (parts: string, schema: string, more = ''): string =>
  `{"format": 2, "subject": "orders-value", "type": "acme.Order",
"parts": [
${parts}
],
"versions": [
{"version": 1, "state": "released", "identity": "i"${more},
 "schema": ${schema}}
]}
`;
const R = '{"type":"record","name":"R","fields":';
const field = (fields: string): string => `{"name":"f","type":${R}${fields}}}`;
const SOUND = subjectText([version(1, order('a', 'b')), version(2, order('a', 'c'))]);

describe('a file that cannot be used', () => {
  const doubling = Array.from({ length: 64 }, (_, n) =>
    field(n === 0 ? '[]}' : `[${n - 1},${n - 1}]`),
  );
  doubling[0] = '{"name":"f","type":"int"}';
  const chain = Array.from({ length: 3_000 }, (_, n) =>
    n === 0 ? field('[]') : field(`[${n - 1}]`),
  );

  it.each<[string, string, RegExp]>([
    ['cut', SOUND.slice(0, -30), /parts and versions of orders-value are not as tavro writes them/],
    ['cut in its first line', SOUND.slice(0, 40), /is no file of the lock\. It names no subject/],
    ['empty', '', /is no file of the lock/],
    ['something else', '{"compilerOptions": {}}', /no file of the lock.* or, if not|move it/],
    ['deep', `${'['.repeat(100_000)}`, /is no file of the lock/],
    ['with comments', `// Mine.\n${SOUND}`, /is no file of the lock/],
    [
      'of a newer format',
      SOUND.replace('"format": 2', '"format": 3'),
      /format is 3, this tavro reads 2/,
    ],
    [
      'of another subject',
      SOUND.replace('orders-', 'order-'),
      /its subject order-value is lock\/order-value\.json/,
    ],
    ['of __proto__', SOUND.replace('orders-value', '__proto__'), /lock\/__proto__\.json/],
    ['without a comma', SOUND.replace('"int"},\n', '"int"}\n'), /not as tavro writes them/],
    ['with a comma too many', SOUND.replace('"int"}\n]', '"int"},\n]'), /not as tavro writes them/],
    ['with two parts on a line', SOUND.replace('},\n{"name":"b"', '},{"name":"b"'), /^$/],
    ['with words after it', `${SOUND}{}`, /not as tavro writes them/],
    [
      'without an identity',
      SOUND.replace('"identity"', '"id"'),
      /a version of orders-value is incomplete/,
    ],
    ['with a huge number', SOUND.replace('"version": 2', '"version": 1e999'), /is incomplete/],
    ['that is half a number', SOUND.replace('"version": 2', '"version": 1.5'), /is incomplete/],
    [
      'with a part of itself',
      hostile(field('[0]'), `${R}[0]}`),
      /part 0 of orders-value .* a part 0 that/,
    ],
    [
      'with parts in a circle',
      hostile([field('[1]'), field('[0]')].join(',\n'), `${R}[0]}`),
      /part 0 of orders-value .* a part 1 that does not stand before it/,
    ],
    [
      'with a number of no part',
      SOUND.replace('[0,2]', '[0,99]'),
      /version 2 of orders-value .* part 99/,
    ],
    [
      'with a negative one',
      SOUND.replace('[0,2]', '[0,-1]'),
      /version 2 of orders-value .* part -1/,
    ],
    [
      'with a fraction',
      SOUND.replace('[0,2]', '[0,1.0]'),
      /version 2 of orders-value .* part 1\.0/,
    ],
    [
      'with a number of many digits',
      SOUND.replace('[0,2]', `[${'9'.repeat(99)}]`),
      /part 9{20} that/,
    ],
    ['with parts that double', hostile(doubling.join(',\n'), `${R}[63]}`), /part \d+ .* too long/],
    [
      'with parts that nest',
      hostile(chain.join(',\n'), `${R}[2999]}`),
      /part \d+ .* nest too deep/,
    ],
  ])('%s', (_, text, message) => {
    const read = () => lockOf({ [FILE]: text }).subjects.get('orders-value')?.versions;
    if (message.source === '^$') {
      // JSON all the same, and it says what it said.
      expect(read()?.map(({ schema }) => schema)).toEqual([order('a', 'b'), order('a', 'c')]);
      return;
    }
    expect(read).toThrow(
      expect.objectContaining({
        code: 'LOCK_INVALID',
        message: expect.stringMatching(new RegExp(`schemas/${FILE}.*(${message.source})`, 's')),
      }),
    );
  });

  it('sums up what parts put into all versions', () => {
    const long = `{"name":"${'n'.repeat(1_000_000)}","type":"int"}`;
    const versions = Array.from({ length: 300 }, (_, index) => version(index + 1, 'int'));
    const text = subjectText(versions).replaceAll('"schema": "int"', `"schema": ${R}[0]}`);
    const bomb = text.replace('"versions"', `"parts": [\n${long}\n],\n"versions"`);
    expect(() => lockOf({ [FILE]: bomb }).subjects.get('orders-value')?.versions).toThrow(
      'the versions of orders-value are too long',
    );
  });

  it.each(['<<<<<<< HEAD', '=======', '>>>>>>> theirs'])('is amid a merge: %s', (mark) => {
    const lines = SOUND.split('\n');
    const text = lines.toSpliced(8, 0, mark).join('\n');
    expect(() =>
      lockOf({ 'lock/a.json': SOUND.replace('orders-value', 'a'), [FILE]: text }),
    ).toThrow(
      expect.objectContaining({
        code: 'LOCK_INVALID',
        message: expect.stringMatching(
          /^schemas\/lock\/orders-value\.json has merge conflicts: .*git checkout --ours -- schemas\/lock\/orders-value\.json && npx tavro codegen\n/s,
        ),
      }),
    );
  });
});

it('writes and reads what nests as deep as a lock may, and refuses what nests deeper', () => {
  const nested = (depth: number): Json => {
    let json: Json = 'int';
    for (let level = 0; level < depth; level++) json = { type: 'array', items: json };
    return json;
  };
  const text = subjectText([version(1, nested(2_000))]);
  const [read] = lockOf({ [FILE]: text }).subjects.get('orders-value')?.versions ?? [];
  expect(printJson(read?.schema ?? null)).toBe(printJson(nested(2_000)));
  const deeper = text.replace('"schema": ', '"schema": [').replace('}}\n]}', '}]}\n]}');
  expect(() => lockOf({ [FILE]: deeper }).subjects.get('orders-value')?.versions).toThrow(
    'nests too deep',
  );
});
