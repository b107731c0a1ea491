/** Many values in one piece of memory: each message as if it were encoded alone. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeSlices, strictFields } from '../../../runtime/index.js';
import {
  type UserClick,
  UserClickCodec,
} from '../../frozen/generated/com/mycompany/events/UserClick.js';

const click = (user_id: string): UserClick => ({ user_id, url: '/', timestamp: new Date(5) });
const wrong = (value: unknown) => value as never;
const slices = (memory: Uint8Array, bounds: ArrayLike<number>): string[] =>
  Array.from({ length: bounds.length / 2 }, (_, i) =>
    Buffer.from(memory.subarray(bounds[2 * i], bounds[2 * i + 1])).toString('hex'),
  );
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

it('gives the bytes that encode gives, framed or not, whatever their sizes', () => {
  const users = fc.array(fc.oneof(fc.string(), fc.constant('y'.repeat(9_000))));
  fc.assert(
    fc.property(users, fc.option(fc.nat(), { nil: undefined }), (names, schemaId) => {
      const clicks = names.map(click);
      const options = schemaId === undefined ? {} : { schemaId };
      const { memory, bounds, errors } = UserClickCodec.encodeMany(clicks, options);
      expect(errors.size).toBe(0);
      expect(slices(memory, bounds)).toEqual(
        clicks.map((value) =>
          hex(
            schemaId === undefined
              ? UserClickCodec.encode(value)
              : UserClickCodec.encodeFramed(value, schemaId),
          ),
        ),
      );
      if (schemaId === undefined)
        expect(decodeSlices(UserClickCodec.decode, memory, bounds)).toEqual(clicks);
    }),
  );
});

it.each([
  ['as ever', UserClickCodec],
  ['strictly', strictFields(UserClickCodec)],
] as const)('one bad value does not touch the others: %s', (_, codec) => {
  const values = [click('a'), wrong({ ...click('b'), url: 7 }), click('c'), wrong(null)];
  const { memory, bounds, errors } = codec.encodeMany(values, { schemaId: 7 });
  const sound = [click('a'), click('c')].map((value) => hex(codec.encodeFramed(value, 7)));
  expect(slices(memory, bounds)).toEqual([sound[0], '', sound[1], '']);
  expect([...errors].map(([place, { path }]) => [place, path])).toEqual([
    [1, 'url'],
    [3, ''],
  ]);
});

it('strictly, fields that the schema does not have are such faults', () => {
  const codec = strictFields(UserClickCodec);
  const extra = { ...click('b'), refferer: 1 };
  const values = [click('a'), extra, wrong({ ...click('c'), url: 7 }), click('d')];
  const { memory, bounds, errors } = codec.encodeMany(values);
  const sound = [click('a'), click('d')].map((value) => hex(codec.encode(value)));
  expect(slices(memory, bounds)).toEqual([sound[0], '', '', sound[1]]);
  expect([...errors].map(([place, { path }]) => [place, path]).sort()).toEqual([
    [1, 'refferer'],
    [2, 'url'],
  ]);
});

it('heeds options', () => {
  const values = [click('x\uD83D')];
  expect(UserClickCodec.encodeMany(values).errors.size).toBe(1);
  const options = { replaceLoneSurrogates: true, schemaId: 7 };
  const { memory, errors } = UserClickCodec.encodeMany(values, options);
  expect(errors.size).toBe(0);
  expect(hex(memory)).toBe(hex(UserClickCodec.encodeFramed(click('x\uFFFD'), 7)));
});

it('refuses an id that cannot be, and is none the worse for it', () => {
  const encode = () => UserClickCodec.encodeMany([click('a')], { schemaId: -1 });
  expect(encode).toThrow(expect.objectContaining({ code: 'AVRO_FRAME' }));
  expect(UserClickCodec.encodeMany([]).bounds).toEqual([]);
});
