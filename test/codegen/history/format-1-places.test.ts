/** Places in a lock of format 1: those of the parser, whatever the names are and however the text is laid out. */
import { describe, expect, it } from '@jest/globals';
import { lockPlaces } from '../../../codegen/history/format-1-places.js';
import type { LockedVersion } from '../../../codegen/history/lock.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import type { Json } from '../../../runtime/json.js';
import { printFormat1 } from './locks.js';

const version = (number: number, schema: Json): LockedVersion => ({
  version: number,
  state: 'released',
  identity: `identity-${number}`,
  schema,
  ids: {},
});

// Names that stand elsewhere in the text too, and a version that only another subject has.
const LOCK = printFormat1({
  names: {
    topics: new Map([['types', 'types']]),
    subjects: new Map(),
    types: new Map([['a', 'A']]),
  },
  subjects: new Map([
    ['__proto__', { type: 'P', versions: [version(1, 'long')] }],
    [
      'topics',
      { type: 'T', versions: [version(1, { type: 'int', version: 3 }), version(4, 'int')] },
    ],
    ['types', { type: 'U', versions: [version(2, 'string'), version(3, 'bytes')] }],
  ]),
});

const LAYOUTS = [
  { layout: 'as it is written', text: LOCK },
  { layout: 'in one line', text: JSON.stringify(JSON.parse(LOCK)) },
  { layout: 'with other line ends', text: LOCK.replaceAll('\n', '\r\n') },
];

describe.each(LAYOUTS)('a lock $layout', ({ text }) => {
  const places = lockPlaces(new SourceText('lock.json', text));
  const from = text.indexOf('"subjects"');

  it.each(['__proto__', 'topics', 'types'])('has the subject %s where it stands', (name) => {
    expect(places.subject(name)).toBe(text.indexOf(`"${name}"`, from));
  });

  it.each([
    ['topics', 1, 1],
    ['topics', 4, 3],
    ['types', 2, 4],
    ['types', 3, 5],
  ])('has of %s version %d at the %dth "version" behind the first', (subject, number, nth) => {
    const keys = [...text.matchAll(/"version"/g)].map(({ index }) => index);
    expect(places.version(subject, number)).toBe(keys[nth]);
  });

  it('has the text of each schema', () => {
    expect(JSON.parse(places.schema('topics', 1).text)).toEqual({ type: 'int', version: 3 });
    const { text: found, offset } = places.schema('types', 3);
    expect(found).toBe('"bytes"');
    expect(text.startsWith(found, offset)).toBe(true);
  });

  it('takes the subject for a version that only the next one has, and the start for no subject', () => {
    expect(places.version('topics', 2)).toBe(places.subject('topics'));
    expect(places.version('none', 1)).toBe(0);
    expect(places.schema('none', 1)).toEqual({ text: '', offset: 0 });
  });
});

it('takes the start of a text that is no JSON any more', () => {
  const places = lockPlaces(new SourceText('lock.json', LOCK.slice(0, -20)));
  expect([places.subject('types'), places.version('types', 2)]).toEqual([0, 0]);
});
