/** What the compiler refuses: kept by `tsc`, which fails when an expected error is gone. */
import { expect, it } from '@jest/globals';
import { userClicksAvro } from '../frozen/generated/topics.js';
import { byClick, click, clicks, keyless, setUp } from './clicks.js';

it('types messages by their topic', async () => {
  const { producer } = setUp();
  const value = click(1);
  const timestamp = new Date(0);
  const sends: readonly (() => Promise<unknown>)[] = [
    () => producer.send(clicks, { key: 'k', value }),
    () => producer.send(clicks, { key: null, value: null, headers: { h: 'v' }, partition: 0 }),
    () => producer.send(keyless, { value }),
    () => producer.send(byClick, { key: value, value, timestamp }),
    () => producer.sendAll(clicks, [{ key: 'k', value }]),
    // @ts-expect-error A field that the schema lacks; it would not be written.
    () => producer.send(clicks, { key: 'k', value: { ...value, referrer: 'x' } }),
  ];
  const refused: readonly (() => Promise<unknown>)[] = [
    // @ts-expect-error A field is missing.
    () => producer.send(clicks, { key: 'k', value: { user_id: 'u' } }),
    // @ts-expect-error A field of another type.
    () => producer.send(clicks, { key: 'k', value: { user_id: 1, url: 'x' } }),
    // @ts-expect-error A number is no string key.
    () => producer.send(clicks, { key: 1, value }),
    // @ts-expect-error This topic asks for a key, if only for null.
    () => producer.send(clicks, { value }),
    // @ts-expect-error This topic has no keys.
    () => producer.send(keyless, { key: 'k', value }),
    // @ts-expect-error An Avro key is a value of its schema.
    () => producer.send(byClick, { key: 'k', value }),
    // @ts-expect-error `undefined` is no tombstone.
    () => producer.send(clicks, { key: 'k', value: undefined }),
    // @ts-expect-error One message is no list.
    () => producer.sendAll(clicks, { key: 'k', value }),
    // @ts-expect-error A list is no message.
    () => producer.send(clicks, [{ key: 'k', value }]),
    // @ts-expect-error Generated: timestamp-millis is a Date.
    () => producer.send(userClicksAvro, { key: null, value: { ...value, timestamp: 0 } }),
  ];
  const sending = sends.map((send) => send());
  await producer.flush();
  expect(await Promise.all(sending)).toHaveLength(6);
  // JavaScript is refused at run time.
  for (const send of refused) await expect(send()).rejects.toThrow();
});

it('types messages of a transaction likewise', async () => {
  const { producer } = setUp();
  const value = click(1);
  const work = producer.transaction(async (tx): Promise<'done'> => {
    await tx.send(clicks, { key: 'k', value });
    await tx.sendAll(keyless, [{ value }]);
    await tx.sendFrom(keyless, [{ value }]);
    const offsets = [{ topic: 'words', partition: 0, offset: 1n }];
    tx.sendOffsets({ group: 'g', offsets });
    tx.sendOffsets({ group: { groupId: 'g', generationId: 1, memberId: 'm' }, offsets });
    // @ts-expect-error A field is missing.
    await tx.send(clicks, { key: 'k', value: { user_id: 'u' } });
    // @ts-expect-error A message that was not delivered ends it: nobody can say otherwise.
    await tx.sendFrom(keyless, [{ value }], { onFailed: () => undefined });
    // @ts-expect-error Offsets are 64 bits.
    tx.sendOffsets({ group: 'g', offsets: [{ topic: 'words', partition: 0, offset: 1 }] });
    return 'done';
  });
  // It has no transactional id.
  await expect(work).rejects.toThrow('This producer has no transactions');
});
