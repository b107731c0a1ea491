import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import { renamesOf } from '../../../codegen/check/renames.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import type { RecordSchema } from '../../../codegen/model/schema.js';
import type { Json } from '../../../runtime/json.js';

type Fields = readonly (string | readonly [string, Json] | { readonly [key: string]: Json })[];

/** Fields by name (of type long), by name and type, or as they are. */
function record(fields: Fields): Json {
  return {
    type: 'record',
    name: 'R',
    fields: fields.map((field) => {
      if (typeof field === 'string') return { name: field, type: 'long' };
      if (!Array.isArray(field)) return field as Json;
      // Safe: what is a list here is a pair.
      const [name, type] = field as readonly [string, Json];
      return { name, type };
    }),
  };
}

function parsed(fields: Fields): RecordSchema {
  const { schema } = parseSchema(record(fields), { role: 'history' });
  if (schema.kind !== 'record') throw new Error('no record');
  return schema;
}

/** `reader <- writer`, with `!` where it is certain; `reader ?` for a tie. */
function guesses(reader: Fields, writer: Fields): string[] {
  const { sources, tied } = renamesOf(parsed(reader), parsed(writer));
  return [
    ...[...sources].map(
      ([{ name }, { source, isCertain }]) => `${name} <- ${source.name}${isCertain ? '!' : ''}`,
    ),
    ...[...tied].map(({ name }) => `${name} ?`),
  ].sort();
}

describe('what a field seems to have been', () => {
  it.each<readonly [string, Fields, Fields, readonly string[]]>([
    [
      'the one that is spelled the same, not the first that is alike',
      ['sensor1Abc', 'sensor2Abc', 'sensor3Abc'],
      ['sensor3ABC', 'sensor2ABC', 'sensor1ABC'],
      ['sensor1Abc <- sensor1ABC!', 'sensor2Abc <- sensor2ABC!', 'sensor3Abc <- sensor3ABC!'],
    ],
    ['underscores and case do not count', ['end_time'], ['EndTime'], ['end_time <- EndTime!']],
    [
      'the best likeness, each field once',
      ['quantitiy', 'quantities'],
      ['quantity'],
      ['quantitiy <- quantity'],
    ],
    [
      'the best likeness for each',
      ['orderTotal', 'orderTotalNet'],
      ['orderTotalNett', 'orderTotals'],
      ['orderTotal <- orderTotals', 'orderTotalNet <- orderTotalNett'],
    ],
    ['a tie of likeness is no guess', ['amountA'], ['amountB', 'amountC', 'x'], ['amountA ?']],
    [
      'a tie for one source is none either',
      ['amountA', 'amountB'],
      ['amountC'],
      ['amountA ?', 'amountB ?'],
    ],
    ['spelling, hyphens too', ['order_id'], ['order-id', 'order'], ['order_id <- order-id!']],
    ['a tie of spelling is no guess', ['userId'], ['userid', 'user_id'], ['userId ?']],
    ['nor is it one by place', ['amountA', 'x'], ['amountB', 'amountC'], ['amountA ?']],
    ['other numbers are other things', ['line2', 'a'], ['line1'], []],
    ['the place, where nothing else moved', ['note'], ['iban'], ['note <- iban']],
    ['not the place where there are more fields', ['note', 'more'], ['iban'], []],
    ['the place of one that may be null', ['note'], [['iban', ['null', 'long']]], ['note <- iban']],
    [
      'not that place where a default says what the field is without the data',
      [{ name: 'note', type: 'long', default: 0 }],
      [['iban', ['null', 'long']]],
      [],
    ],
    [
      'the likeness of one that became nullable',
      ['iban', ['userIds', ['null', 'long']]],
      ['userId', 'note'],
      ['userIds <- userId'],
    ],
    [
      'the likeness of one that was nullable',
      ['userIds'],
      [['userId', ['null', 'long']], 'note'],
      ['userIds <- userId'],
    ],
    [
      'a tie, nullable or not, so neither is free for another by its place',
      ['iban', ['user_ids', ['null', 'long']]],
      ['userId', 'user_id'],
      ['user_ids ?'],
    ],
    ['not of another type', [['note', 'string']], ['iban'], []],
    [
      'a name that a field of the writer has is no rename',
      ['userId', 'x'],
      ['userId', 'userid'],
      ['x <- userid'],
    ],
    [
      'not certain where another field is spelled so too',
      ['user_id', 'USERID'],
      ['user_id', 'userId', 'x'],
      ['USERID <- userId'],
    ],
    [
      'certain where it became nullable',
      [['endTime', ['null', 'long']]],
      ['end_time'],
      ['endTime <- end_time!'],
    ],
    ['certain where it became wider', ['endTime'], [['end_time', 'int']], ['endTime <- end_time!']],
    [
      'a question where a number may be rounded',
      [['endTime', 'double']],
      ['end_time'],
      ['endTime <- end_time'],
    ],
    [
      'a question where the type changed in itself',
      [['at', { type: 'long', logicalType: 'timestamp-micros' }]],
      [['AT', { type: 'long', logicalType: 'timestamp-millis' }]],
      ['at <- AT'],
    ],
    ['nothing where it cannot be read', [['at', 'string']], ['AT'], []],
    [
      'nor where only null can be',
      [['at', ['null', 'string']]],
      [
        ['AT', ['null', 'long']],
        ['x', 'int'],
      ],
      [],
    ],
    ['no name is spelled with underscores alone', ['_', 'b'], ['__'], []],
    ['an alias that is there', [{ name: 'b', type: 'long', aliases: ['a'] }], ['a'], []],
  ])('%s', (_, reader, writer, expected) => {
    expect(guesses(reader, writer)).toEqual([...expected].sort());
  });

  it('stops comparing letters where there are too many names', () => {
    const names = (prefix: string): string[] =>
      Array.from(
        { length: 60 },
        (_, i) => `${prefix}${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i)}`,
      );
    expect(guesses(['last', ...names('r')], names('w'))).toEqual([]);
    expect(guesses(['LAST', ...names('r')], ['last', ...names('w')])).toContain('LAST <- last!');
  });
});

describe('a field without a default that seems renamed', () => {
  it.each<readonly [string, string, Json | undefined]>([
    [
      'link',
      'Renamed from url? Then add "aliases": ["url"] to link. If not: give link a default, or make it nullable: "type": ["null", …], "default": null.',
      undefined,
    ],
    [
      'URL',
      'Renamed from url? Then add "aliases": ["url"] to URL. If not: give URL a default, or make it nullable: "type": ["null", …], "default": null.',
      { kind: 'add-alias', of: 'field', name: 'url' },
    ],
  ])('%s says so at the first try', (name, fix, edit) => {
    const findings = compare(record([[name, 'string']]), record([['url', 'string']]));
    expect(findings.map((finding) => [finding.rule, finding.fix, finding.edit])).toEqual([
      ['field-default-missing', fix, edit],
    ]);
  });

  it('gets no default of null before somebody says that it is new', () => {
    const nullable: Json = ['null', 'string'];
    const edits = (reader: Fields, writer: Fields): unknown[] =>
      compare(record(reader), record(writer)).map(({ edit }) => edit?.kind);
    expect(edits([['link', nullable]], [['url', nullable]])).toEqual([undefined]);
    expect(
      edits(
        [['linkA', nullable]],
        [
          ['linkB', nullable],
          ['linkC', nullable],
        ],
      ),
    ).toEqual([undefined]);
    expect(edits([['link', nullable]], [['url', 'string']])).toEqual([undefined]);
    expect(edits([['link', nullable]], [])).toEqual(['null-first']);
  });
});
