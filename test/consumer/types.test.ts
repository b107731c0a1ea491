/** What the compiler refuses: kept by `tsc`, which fails when an expected error is gone. */
import { expect, it } from '@jest/globals';
import { createHandler, on } from '../../consumer/index.js';
import { byAccount, clicks, keyless, testRegistry } from './clicks.js';

it('types records by their topic', () => {
  const routes = [
    on(clicks, (click, record) => {
      const url: string = click.url;
      const at: Date = record.value.timestamp;
      const key: string | null = record.key;
      // @ts-expect-error There is no such field.
      click.referrer;
      // @ts-expect-error A string is no number.
      const wrong: number = click.url;
      // @ts-expect-error A key may be null.
      const always: string = record.key;
      return void [url, at, key, wrong, always];
    }),
    on(keyless, (_, record) => {
      const key: null = record.key;
      return void key;
    }),
    on(byAccount, {
      record: async (_, { key }) => {
        const id: bigint | undefined = key?.id;
        return void id;
      },
      tombstone: (key, record) => {
        const id: bigint | undefined = key?.id;
        const value: null = record.value;
        return void [id, value];
      },
    }),
    // @ts-expect-error Tombstones alone leave the records unhandled.
    on(clicks, { tombstone: () => {} }),
  ];
  const { registry } = testRegistry();
  expect(createHandler({ registry, routes: routes.slice(0, 3) })).toBeInstanceOf(Function);
  const withoutSink = () => {
    const options = { registry, routes: [on(clicks, () => {})] };
    // @ts-expect-error A dead-letter policy comes with its sink: deadLetterTo(sink).
    return createHandler({ ...options, onFailure: 'dead-letter' });
  };
  expect(withoutSink).toThrow('deadLetterTo(sink)');
});
