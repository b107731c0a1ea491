/** What the compiler refuses: kept by `tsc`, which fails when an expected error is gone. */
import { expect, it } from '@jest/globals';
import {
  createHandler,
  type FailedRecord,
  idempotent,
  memoryIdempotency,
  on,
  onBatch,
  type RecordHandler,
  type TombstoneHandler,
} from '../../consumer/index.js';
import type { Codec, KeyFormat, KeyOf, Topic, TopicOfTypes } from '../../runtime/index.js';
import { byAccount, type Click, clicks, keyless, testRegistry } from './clicks.js';
import {
  CreatedCodec,
  type CustomersValue,
  type CustomersValueInput,
  customers,
  DeletedCodec,
  LongCodec,
  ofUnion,
  renamed,
  TextCodec,
} from './customers.js';

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
  ];
  // @ts-expect-error Tombstones alone leave the records unhandled.
  expect(() => on(clicks, { tombstone: () => {} })).toThrow('{ record, tombstone }');
  const { registry } = testRegistry();
  expect(createHandler({ registry, routes })).toBeInstanceOf(Function);
  const withoutSink = () => {
    const options = { registry, routes: [on(clicks, () => {})] };
    // @ts-expect-error A dead-letter policy comes with its sink: deadLetterTo(sink).
    return createHandler({ ...options, onFailure: 'dead-letter' });
  };
  expect(withoutSink).toThrow('deadLetterTo(sink)');
});

it('types records of batches by their topic', () => {
  const routes = [
    onBatch(clicks, (records): FailedRecord<Click, string | null>[] => {
      const [first] = records;
      if (first === undefined) return [];
      first.value.url satisfies string;
      first.key satisfies string | null;
      // @ts-expect-error There is no such field.
      first.value.referrer;
      return [{ record: first, error: new Error('no') }, { record: first }];
    }),
    onBatch(byAccount, {
      tombstones: true,
      batch: async (records, { signal, attempt }) => {
        for (const { key, value } of records) {
          key?.id satisfies bigint | undefined;
          // @ts-expect-error Of a tombstone there is none.
          value.url;
          value?.url satisfies string | undefined;
        }
        signal.aborted satisfies boolean;
        attempt satisfies number;
      },
    }),
    onBatch(customers, async (records) => {
      for (const { value } of records) value satisfies CustomersValue;
    }),
    onBatch(keyless, () => {}),
    // @ts-expect-error What failed is named by its record.
    onBatch({ ...clicks, name: 'named' }, async (records) => records.map(({ id }) => ({ id }))),
    // @ts-expect-error An answer is a list.
    onBatch({ ...clicks, name: 'listed' }, async (records) => ({ failed: records })),
  ];
  const refused: readonly (() => unknown)[] = [
    // @ts-expect-error Without tombstones it is the function itself.
    () => onBatch(clicks, { tombstones: false, batch: () => {} }),
    // @ts-expect-error Records of a batch have no cases.
    () => onBatch(customers, { cases: { Created: () => {}, Deleted: () => {} } }),
  ];
  const { registry } = testRegistry();
  expect(createHandler({ registry, routes })).toBeInstanceOf(Function);
  for (const make of refused) expect(make).toThrow('{ batch, tombstones: true }');
});

it('types idempotent handlers as the others', () => {
  const store = memoryIdempotency();
  const routes = [
    on(
      clicks,
      idempotent(
        (click, record) => {
          const url: string = click.url;
          const key: string | null = record.key;
          // @ts-expect-error There is no such field.
          click.referrer;
          return void [url, key];
        },
        { store, key: ({ user_id }, { topic }) => `${topic} ${user_id}` },
      ),
    ),
    on(byAccount, {
      record: idempotent(async (_, { key }) => void (key?.id satisfies bigint | undefined), {
        store,
      }),
      tombstone: idempotent(
        (key, { value }) => void [key?.id satisfies bigint | undefined, value satisfies null],
        { store, key: (key) => `${key?.id}` },
      ),
    }),
    on(customers, {
      cases: {
        Created: idempotent(({ name }) => void (name satisfies string), { store }),
        // @ts-expect-error What was deleted has no name.
        Deleted: idempotent(({ name }) => void name, { store }),
      },
    }),
    on(
      keyless,
      // @ts-expect-error A key is a text.
      idempotent(() => {}, { store, key: ({ timestamp }) => timestamp }),
    ),
  ];
  expect(routes.map(({ topic }) => topic)).toContain('by-account');
});

it('types values of several types by their topic', () => {
  const nothing = () => {};
  const here = { ...customers, name: 'customers-eu' };
  const routes = [
    on(customers, (value, record) => {
      const union: CustomersValue = value;
      const same: CustomersValue = record.value;
      // @ts-expect-error Only what was created has a name.
      value.value.name;
      if (value.case === 'Created') value.value.name satisfies string;
      else value.value satisfies { id: string };
      return void [union, same];
    }),
    on(here, { record: (value) => void (value satisfies CustomersValue), tombstone: nothing }),
    on(renamed, {
      cases: {
        Created: (created, { key, value }) => {
          created.name satisfies string;
          value.name satisfies string;
          key satisfies bigint | null;
        },
        // @ts-expect-error What was removed has no name.
        Removed: (removed) => removed.name,
      },
      tombstone: (key, record) => void [key satisfies bigint | null, record.value satisfies null],
    }),
    on(ofUnion, {
      cases: {
        Created: ({ name }) => void (name satisfies string),
        Deleted: nothing,
        null: (value, { key }) => void [value satisfies null, key satisfies Uint8Array | null],
      },
    }),
  ];
  const refused: readonly (() => unknown)[] = [
    // @ts-expect-error Property 'Deleted' is missing.
    () => on(customers, { cases: { Created: nothing } }),
    // @ts-expect-error Property 'Deleted' is missing.
    () => on(here, { cases: { Created: nothing } }),
    // @ts-expect-error There is no case Moved.
    () => on(customers, { cases: { Created: nothing, Deleted: nothing, Moved: nothing } }),
    // @ts-expect-error Property 'null' is missing.
    () => on(ofUnion, { cases: { Created: nothing, Deleted: nothing } }),
    // @ts-expect-error A topic of one type has no cases.
    () => on(clicks, { cases: { Click: nothing } }),
    // @ts-expect-error A handler of one case does not take the others.
    () => on(customers, (value: { case: 'Created' }) => void value),
  ];
  const { registry } = testRegistry();
  expect(createHandler({ registry, routes: routes.slice(0, 3) })).toBeInstanceOf(Function);
  expect(refused).toHaveLength(6);
});

it('lets no codec stand for another case, and no topic of framed keys for one of raw ones', () => {
  const Created = { codec: CreatedCodec, subject: 'customers-ev.Created' };
  const Deleted = { codec: DeletedCodec, subject: 'customers-ev.Deleted' };
  type Customers = TopicOfTypes<CustomersValue, CustomersValueInput, 'string'>;
  const types: readonly Customers['types'][] = [
    { Created, Deleted },
    // @ts-expect-error The codec of a type with more fields.
    { Created, Deleted: { ...Deleted, codec: CreatedCodec } },
    // @ts-expect-error The codec of a type with fewer fields.
    { Created: { ...Created, codec: DeletedCodec }, Deleted },
    // @ts-expect-error A type is missing.
    { Created },
  ];
  const text: Topic<Click, Click, 'string'> = clicks;
  const framed: Topic<Click, Click, Codec<string>> = { ...clicks, key: TextCodec };
  const bytes: Topic<Click, Click, 'bytes'> = { ...clicks, key: 'bytes' };
  // @ts-expect-error Framed, not raw.
  const one: typeof text = framed;
  // @ts-expect-error Raw, not framed.
  const two: typeof framed = text;
  // @ts-expect-error Bytes, not text.
  const three: typeof text = bytes;
  // @ts-expect-error Of a long, not of text.
  const four: typeof framed = { ...clicks, key: LongCodec };
  expect([types.length, one, two, three, four]).toHaveLength(5);
  expect(generic(text, bytes)).toHaveLength(2);
});

/** Generic code keeps its types. */
function generic<Read, Key extends KeyFormat<unknown, never>>(
  topic: Topic<Read, never, Key>,
  other: Topic<Read, never, 'bytes'>,
) {
  const handler: RecordHandler<Read, KeyOf<Key>> = () => {};
  const tombstone: TombstoneHandler<KeyOf<Key>> = () => {};
  on(other, (_, { key }) => void (key satisfies Uint8Array | null));
  return [on(topic, handler), on(topic, { record: handler, tombstone })];
}
