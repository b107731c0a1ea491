/** Unions of null and one more, written and read in one call each. */
import { expect, it } from '@jest/globals';
import { Writer } from '../../../runtime/generated-code.js';
import { AvroError } from '../../../runtime/index.js';
import { type Reader, readerOf } from './reading.js';

type Null = 0 | 1;

/** The value, its bytes without the branch, and how it is written and read. */
interface Row<T> {
  readonly value: T;
  readonly hex: string;
  readonly wrong: unknown;
  readonly write: (w: Writer, value: T | null, at: Null) => void;
  readonly read: (r: Reader, at: Null) => T | null;
}

interface AnyRow extends Omit<Row<unknown>, 'write'> {
  readonly write: (w: Writer, value: unknown, at: Null) => void;
}

const row = <T>(of: Row<T>): AnyRow => ({
  ...of,
  // Safe: a value goes into the row that it is of, or is wrong on purpose.
  write: (w, value, at) => of.write(w, value as T | null, at),
});

const ROWS: readonly [string, AnyRow][] = [
  [
    'boolean',
    row({
      value: true,
      hex: '01',
      wrong: 1,
      write: (w, v: boolean | null, at) => w.booleanOrNull(v, at),
      read: (r, at) => r.booleanOrNull(at),
    }),
  ],
  [
    'int',
    row({
      value: -65,
      hex: '8101',
      wrong: 0.5,
      write: (w, v: number | null, at) => w.intOrNull(v, at),
      read: (r, at) => r.intOrNull(at),
    }),
  ],
  [
    'long',
    row({
      value: 2n ** 40n,
      hex: '808080808040',
      wrong: 1,
      write: (w, v: bigint | null, at) => w.longOrNull(v, at),
      read: (r, at) => r.longOrNull(at),
    }),
  ],
  [
    'long as number',
    row({
      value: 2 ** 40,
      hex: '808080808040',
      wrong: 1n,
      write: (w, v: number | null, at) => w.longNumberOrNull(v, at),
      read: (r, at) => r.longNumberOrNull(at),
    }),
  ],
  [
    'float',
    row({
      value: 1.5,
      hex: '0000c03f',
      wrong: '1.5',
      write: (w, v: number | null, at) => w.floatOrNull(v, at),
      read: (r, at) => r.floatOrNull(at),
    }),
  ],
  [
    'double',
    row({
      value: 0.1,
      hex: '9a9999999999b93f',
      wrong: '0.1',
      write: (w, v: number | null, at) => w.doubleOrNull(v, at),
      read: (r, at) => r.doubleOrNull(at),
    }),
  ],
  [
    'string',
    row({
      value: 'né',
      hex: '066ec3a9',
      wrong: 7,
      write: (w, v: string | null, at) => w.stringOrNull(v, at),
      read: (r, at) => r.stringOrNull(at),
    }),
  ],
];

function written(write: (w: Writer) => void): string {
  const writer = new Writer();
  writer.start();
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

const cases = ROWS.flatMap(([name, row]) => ([0, 1] as const).map((at) => ({ name, at, row })));

it.each(cases)('null is branch $at, beside $name', ({ at, row }) => {
  const [nothing, something] = at === 0 ? ['00', `02${row.hex}`] : ['02', `00${row.hex}`];
  expect(written((w) => row.write(w, null, at))).toBe(nothing);
  expect(written((w) => row.write(w, row.value, at))).toBe(something);
  for (const [hex, want] of [
    [nothing, null],
    [something, row.value],
  ] as const) {
    const reader = readerOf(Buffer.from(hex, 'hex'));
    expect(row.read(reader, at)).toBe(want);
    reader.finish();
  }
});

it.each(cases)('what is no $name is refused where null is branch $at', ({ at, row }) => {
  const told: unknown[] = [];
  const writer = new Writer({ onBad: (_, value) => told.push(value) });
  for (const value of [row.wrong, undefined]) {
    expect(() => written((w) => row.write(w, value, at))).toThrow(AvroError);
    writer.start();
    row.write(writer, value, at);
  }
  expect(told).toEqual([row.wrong, undefined]);
});
