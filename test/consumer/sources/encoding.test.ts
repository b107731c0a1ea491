import { describe, expect, it } from '@jest/globals';
import { AnswerReader, RequestWriter } from '../../../consumer/sources/protocol/encoding.js';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../consumer/sources/protocol/subscription.js';

describe('a request', () => {
  it('is read as it was written, also where it outgrows its room', () => {
    const long = 'ü'.repeat(300);
    const bytes = new Uint8Array(700).fill(7);
    const written = new RequestWriter()
      .int8(-1)
      .boolean(true)
      .int16(-2)
      .string(long)
      .int32(-3)
      .bytes(bytes)
      .int64(-(2n ** 60n))
      .string(null)
      .varint(300)
      .compactString('naïve')
      .tags()
      .done();
    const reader = new AnswerReader(written);
    expect([reader.int8(), reader.boolean(), reader.int16()]).toEqual([-1, true, -2]);
    expect(reader.string()).toBe(long);
    expect(reader.int32()).toBe(-3);
    expect(reader.bytes()).toEqual(Buffer.from(bytes));
    expect([reader.int64(), reader.nullableString()]).toEqual([-(2n ** 60n), null]);
    expect([reader.varint(), reader.compactString()]).toEqual([300, 'naïve']);
    reader.tags();
    expect(() => reader.int8()).toThrow('out of range');
  });

  it('has arrays in both forms, and none for null', () => {
    const to = new RequestWriter();
    to.array([1, 2], (one) => to.int32(one)).compactArray(['a'], (one) => to.compactString(one));
    const reader = new AnswerReader(to.int32(-1).done());
    expect(reader.array(() => reader.int32())).toEqual([1, 2]);
    expect(reader.compactArray(() => reader.compactString())).toEqual(['a']);
    expect(reader.array(() => reader.int32())).toEqual([]);
  });
});

const owned = [
  { topic: 'a', partition: 3 },
  { topic: 'a', partition: 1 },
  { topic: 'b', partition: 0 },
];

describe('what members say to each other', () => {
  it.each([undefined, 7])('is read as it was written (generation %p)', (generation) => {
    const said = { topics: ['a', 'b'], owned, generation };
    expect(decodeSubscription(encodeSubscription(said))).toEqual(said);
    expect(decodeAssignment(encodeAssignment(owned))).toEqual(owned);
  });

  it('is nothing for who gets nothing', () => {
    expect(decodeAssignment(new Uint8Array())).toEqual([]);
    expect(decodeAssignment(encodeAssignment([]))).toEqual([]);
  });

  it('is understood in the versions of other clients', () => {
    const first = new RequestWriter().int16(0);
    first.array(['a'], (one) => first.string(one)).int32(-1);
    const none = { topics: ['a'], owned: [], generation: undefined };
    expect(decodeSubscription(first.done())).toEqual(none);
    // librdkafka: what is owned, and the generation as user data.
    const second = new RequestWriter().int16(1);
    second.array(['a'], (one) => second.string(one)).bytes(new RequestWriter().int32(5).done());
    second.array(['a'], (one) => second.string(one).array([2], (index) => second.int32(index)));
    expect(decodeSubscription(second.done())).toEqual({
      topics: ['a'],
      owned: [{ topic: 'a', partition: 2 }],
      generation: 5,
    });
  });
});
