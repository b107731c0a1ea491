/** Unions of null and one more, written and read in one call each. */
import { expect, it } from '@jest/globals';
import { AvroError } from '../../../runtime/index.js';
import { message } from '../../../runtime/wire/output.js';
import * as write from '../../../runtime/wire/write.js';
import { type Reader, readerOf } from './reading.js';

type Null = 0 | 1;

/** The value, its bytes without the branch, and how it is written and read. */
interface Row<T> {
  readonly value: T;
  readonly hex: string;
  readonly wrong: unknown;
  readonly write: (value: T | null, at: Null) => void;
  readonly read: (r: Reader, at: Null) => T | null;
}

interface AnyRow extends Omit<Row<unknown>, 'write'> {
  readonly write: (value: unknown, at: Null) => void;
}

const row = <T>(of: Row<T>): AnyRow => ({
  ...of,
  // Safe: a value goes into the row that it is of, or is wrong on purpose.
  write: (value, at) => of.write(value as T | null, at),
});

const ROWS: readonly [string, AnyRow][] = [
  [
    'boolean',
    row({
      value: true,
      hex: '01',
      wrong: 1,
      write: (v: boolean | null, at) => write.booleanOrNull(v, at),
      read: (r, at) => r.booleanOrNull(at),
    }),
  ],
  [
    'int',
    row({
      value: -65,
      hex: '8101',
      wrong: 0.5,
      write: (v: number | null, at) => write.intOrNull(v, at),
      read: (r, at) => r.intOrNull(at),
    }),
  ],
  [
    'long',
    row({
      value: 2n ** 40n,
      hex: '808080808040',
      wrong: 1,
      write: (v: bigint | null, at) => write.longOrNull(v, at),
      read: (r, at) => r.longOrNull(at),
    }),
  ],
  [
    'long as number',
    row({
      value: 2 ** 40,
      hex: '808080808040',
      wrong: 1n,
      write: (v: number | null, at) => write.longNumberOrNull(v, at),
      read: (r, at) => r.longNumberOrNull(at),
    }),
  ],
  [
    'float',
    row({
      value: 1.5,
      hex: '0000c03f',
      wrong: '1.5',
      write: (v: number | null, at) => write.floatOrNull(v, at),
      read: (r, at) => r.floatOrNull(at),
    }),
  ],
  [
    'double',
    row({
      value: 0.1,
      hex: '9a9999999999b93f',
      wrong: '0.1',
      write: (v: number | null, at) => write.doubleOrNull(v, at),
      read: (r, at) => r.doubleOrNull(at),
    }),
  ],
  [
    'string',
    row({
      value: 'né',
      hex: '066ec3a9',
      wrong: 7,
      write: (v: string | null, at) => write.stringOrNull(v, at),
      read: (r, at) => r.stringOrNull(at),
    }),
  ],
];

function written(run: () => void): string {
  return Buffer.from(message(run)).toString('hex');
}

const cases = ROWS.flatMap(([name, row]) => ([0, 1] as const).map((at) => ({ name, at, row })));

it.each(cases)('null is branch $at, beside $name', ({ at, row }) => {
  const [nothing, something] = at === 0 ? ['00', `02${row.hex}`] : ['02', `00${row.hex}`];
  expect(written(() => row.write(null, at))).toBe(nothing);
  expect(written(() => row.write(row.value, at))).toBe(something);
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
  for (const value of [row.wrong, undefined]) {
    expect(() => written(() => row.write(value, at))).toThrow(AvroError);
    message(() => row.write(value, at), { onBad: (_, bad) => told.push(bad) });
  }
  expect(told).toEqual([row.wrong, undefined]);
});
