/** Where messages say their schema: before the bytes, or in a header by GUID or id. */
import { describe, expect, it } from '@jest/globals';
import { type Framing, ProducerError } from '../../producer/index.js';
import { type KnownIds, readSchemaId, unframe } from '../../runtime/index.js';
import {
  type Answer,
  byClick,
  ClickCodec,
  click,
  clicks,
  failureOf,
  headerOf,
  newClicks,
  scriptedRegistry,
  setUp,
} from './clicks.js';

const GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';
const OLDER_GUID = '11111111-1111-1111-1111-111111111111';
const KNOWN: KnownIds = {
  'http://registry.test': {
    7: '0000000000000001',
    [OLDER_GUID]: '0000000000000001',
    [GUID]: '0000000000000001',
    '99999999-9999-9999-9999-999999999999': 'ffffffffffffffff',
  },
};
const known = { ...byClick, value: { ...ClickCodec, knownIds: KNOWN } };
const knownKeys = { ...known, key: known.value };
const LOOKUP = 'POST /subjects/clicks-value';
const NOT_FOUND: Answer = [404, { error_code: 40403, message: 'Schema not found' }];

/** What is sent of one message, and what the registry was asked. */
async function sent(framing: Framing | undefined, topic = knownKeys, more: object = {}) {
  const { registry, asked } = scriptedRegistry(() => [200, { id: 5, guid: GUID }]);
  const { producer, transport, clock } = setUp({ registry, ...(framing && { framing }) });
  const message = { key: click(2), value: click(1), headers: { trace: 'abc' }, ...more };
  void producer.send(topic, message);
  await clock.advance(5);
  const [first] = transport.sent[0]?.messages ?? [];
  if (first === undefined) throw new Error('nothing was sent');
  return { message: first, asked };
}

describe.each<[Framing, string | number]>([
  ['header-guid', GUID],
  ['header-id', 7],
])('%s', (framing, id) => {
  it('puts key and value down bare, and says their schemas in headers', async () => {
    const { message, asked } = await sent(framing);
    expect(message.headers.map(([name]) => name)).toEqual([
      'trace',
      '__value_schema_id',
      '__key_schema_id',
    ]);
    const said = ['__value_schema_id', '__key_schema_id'].map((name) =>
      readSchemaId(headerOf(message, name)),
    );
    expect(said).toEqual([id, id]);
    expect(ClickCodec.decode(message.value ?? new Uint8Array())).toEqual(click(1));
    expect(ClickCodec.decode(message.key ?? new Uint8Array())).toEqual(click(2));
    expect(asked).toEqual([]);
  });

  it('says nothing of a tombstone, nor of a key that is none', async () => {
    const { message } = await sent(framing, knownKeys, { value: null, key: null });
    expect([message.key, message.value, message.headers.map(([name]) => name)]).toEqual([
      null,
      null,
      ['trace'],
    ]);
  });

  it('asks the registry once for what is not known', async () => {
    const { registry, asked } = scriptedRegistry(() => [200, { id: 7, guid: GUID }]);
    const { producer, transport, clock } = setUp({ registry, framing });
    const messages = [1, 2, 3].map((n) => ({ key: 'k', value: click(n) }));
    void producer.sendAll(newClicks, messages);
    await clock.advance(5);
    void producer.send(newClicks, { key: 'k', value: click(4) });
    await clock.advance(5);
    const all = transport.sent.flatMap((batch) => batch.messages);
    const said = all.map((one) => readSchemaId(headerOf(one, '__value_schema_id')));
    expect(said).toEqual([id, id, id, id]);
    expect(all.map(({ value }) => ClickCodec.decode(value ?? new Uint8Array()))).toEqual(
      [1, 2, 3, 4].map(click),
    );
    expect(asked).toEqual([LOOKUP]);
  });

  it('registers where that is allowed, and learns from it', async () => {
    const { registry, asked } = scriptedRegistry((path) =>
      path.endsWith('/versions') ? [200, { id: 7, guid: GUID }] : NOT_FOUND,
    );
    const { producer, transport, clock } = setUp({ registry, framing, register: 'allowed' });
    void producer.send(newClicks, { key: 'k', value: click(1) });
    await clock.advance(5);
    const [message] = transport.sent[0]?.messages ?? [];
    expect(message && readSchemaId(headerOf(message, '__value_schema_id'))).toBe(id);
    expect(asked.filter((one) => one.startsWith('POST'))).toEqual([LOOKUP, `${LOOKUP}/versions`]);
  });
});

it.each([undefined, 'prefix' as const])(
  '%s: the frame stands before the bytes',
  async (framing) => {
    const { message } = await sent(framing);
    expect(message.headers.map(([name]) => name)).toEqual(['trace']);
    const { schemaId, body } = unframe(message.value ?? new Uint8Array());
    expect([schemaId, ClickCodec.decode(body)]).toEqual([7, click(1)]);
  },
);

it('asks for the GUID where only ids are known', async () => {
  const onlyIds = { ...clicks, value: ClickCodec };
  const { registry, asked } = scriptedRegistry(() => [200, { id: 5, guid: GUID }]);
  const { producer, clock } = setUp({ registry, framing: 'header-guid' });
  void producer.send(onlyIds, { key: null, value: click(1) });
  await clock.advance(5);
  expect(asked).toEqual([LOOKUP]);
});

it.each<[string, Answer]>([
  ['tells no GUID', [200, { id: 5 }]],
  ['tells what is none', [200, { id: 5, guid: 'x' }]],
])('a registry that %s: nothing is sent, and it is said what to write', async (_, answer) => {
  const { registry } = scriptedRegistry(() => answer);
  const { producer, transport, clock } = setUp({ registry, framing: 'header-guid' });
  const sending = failureOf(producer.send(newClicks, { key: null, value: click(1) }));
  await clock.advance(5);
  const error = await sending;
  expect(error).toMatchObject({ code: 'REGISTRY', retriable: false, subject: 'clicks-value' });
  expect(error.message).toContain("write 'header-id' or 'prefix'");
  expect(transport.sent).toEqual([]);
});

it('a client that cannot ask for GUIDs says which can', async () => {
  const { registry } = scriptedRegistry(() => [200, { id: 5, guid: GUID }]);
  const { guid: _, ...client } = registry;
  const { producer, clock } = setUp({ registry: client, framing: 'header-guid' });
  const sending = failureOf(producer.send(newClicks, { key: null, value: click(1) }));
  await clock.advance(5);
  const error = await sending;
  expect(error.code).toBe('REGISTRY');
  expect(error.message).toContain("Use createRegistry, or write 'header-id' or 'prefix'");
});

it.each(['__value_schema_id', '__key_schema_id'])(
  'takes no header %s of a caller, however it frames',
  async (name) => {
    for (const framing of ['prefix', 'header-guid', 'header-id'] as const) {
      const { producer, transport } = setUp({ framing });
      const headers = { [name]: Uint8Array.of(0, 0, 0, 0, 9) };
      const error = await failureOf(producer.send(clicks, { key: null, value: click(1), headers }));
      expect(error).toMatchObject({ code: 'ENCODE' });
      expect(error.problems.map(({ path }) => path)).toEqual([`headers.${name}`]);
      expect(transport.calls).toEqual([]);
    }
  },
);

it('takes no other framing', () => {
  // What a JavaScript caller may write.
  const framing = 'header' as Framing;
  expect(() => setUp({ framing })).toThrow(ProducerError);
  expect(() => setUp({ framing })).toThrow('prefix, header-guid, header-id');
});
