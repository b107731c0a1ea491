import { describe, expect, it } from '@jest/globals';
import { unframe } from '../../runtime/index.js';
import {
  type Answer,
  byClick,
  ClickCodec,
  click,
  clicks,
  deferred,
  failureOf,
  keyless,
  NewClickCodec,
  newClicks,
  partitions,
  scriptedRegistry,
  setUp,
} from './clicks.js';

const NOT_FOUND: Answer = [404, { error_code: 40403, message: 'Schema not found' }];
const NO_SUBJECT: Answer = [404, { error_code: 40401, message: 'Subject not found' }];
const LOOKUP = 'POST /subjects/clicks-value';
const REGISTER = 'POST /subjects/clicks-value/versions';
const ASSOCIATED = 'GET /associations/resources/-/clicks';
const FOUND: Answer = [200, { subject: 'clicks-value', id: 21, version: 1, schema: '"string"' }];

const text = (bytes: Uint8Array | null | undefined) => bytes && new TextDecoder().decode(bytes);

describe('what is sent', () => {
  it('is the framed value, the key, the headers and the time', async () => {
    const { producer, transport, clock } = setUp();
    transport.onPartitions = async () => partitions(3);
    void producer.send(clicks, {
      key: 'ü',
      value: click(1),
      headers: { trace: 'abc', raw: [Uint8Array.of(1, 2), 'ü'] },
      timestamp: new Date(1_700_000_000_000),
      partition: 2,
    });
    await clock.advance(5);
    expect(transport.sent[0]?.partition).toBe(2);
    const [sent] = transport.sent[0]?.messages ?? [];
    expect(sent?.timestampMs).toBe(1_700_000_000_000);
    expect(text(sent?.key)).toBe('ü');
    expect(sent?.headers).toEqual([
      ['trace', new TextEncoder().encode('abc')],
      ['raw', Uint8Array.of(1, 2)],
      ['raw', new TextEncoder().encode('ü')],
    ]);
    const { schemaId, body } = unframe(sent?.value ?? new Uint8Array());
    expect(schemaId).toBe(7);
    expect(ClickCodec.decode(body)).toEqual(click(1));
  });

  it('has the time of the call where none is given', async () => {
    const { producer, transport, clock } = setUp();
    const nowMs = clock.now();
    void producer.send(clicks, { key: null, value: click(1) });
    await clock.advance(5);
    expect(transport.sent[0]?.messages).toEqual([
      expect.objectContaining({ key: null, timestampMs: nowMs, headers: [] }),
    ]);
  });

  it('is the value as it was when it was given', async () => {
    const { producer, transport, clock } = setUp();
    const value = click(1);
    void producer.send(clicks, { key: null, value });
    value.user_id = 'someone else';
    await clock.advance(5);
    expect(transport.users()).toEqual([['user-1']]);
  });

  it('has no key where the topic has none', async () => {
    const { producer, transport, clock } = setUp();
    void producer.send(keyless, { value: click(1) });
    await clock.advance(5);
    expect(transport.sent[0]?.messages[0]?.key).toBeNull();
  });

  it('has an Avro key where the topic says so', async () => {
    const { producer, transport, clock } = setUp();
    void producer.send(byClick, { key: click(2), value: click(1) });
    await clock.advance(5);
    const { schemaId, body } = unframe(transport.sent[0]?.messages[0]?.key ?? new Uint8Array());
    expect([schemaId, ClickCodec.decode(body)]).toEqual([7, click(2)]);
  });
});

describe('a message that does not fit', () => {
  // What a JavaScript caller may do, or a cast.
  const wrong = (value: unknown) => value as never;

  it('fails before anything is sent, and names every bad field and the topic', async () => {
    const { producer, transport, clock } = setUp();
    const error = await failureOf(
      producer.send(clicks, {
        key: wrong(5),
        value: wrong({ user_id: 1 }),
        headers: { trace: wrong(7) },
        timestamp: wrong('now'),
        partition: -1,
      }),
    );
    expect(error).toMatchObject({ code: 'ENCODE', topic: 'clicks', delivered: 'no' });
    expect(error.problems.map(({ path }) => path)).toEqual([
      'value.user_id',
      'value.url',
      'key',
      'headers.trace',
      'timestamp',
      'partition',
    ]);
    expect(error.message).toMatch(
      /^Nothing was sent to "clicks" \(test\.Click\): value\.user_id: /,
    );
    await clock.advance(5);
    expect(transport.calls).toEqual([]);
  });

  it('keeps the whole sendAll from being sent, and says which', async () => {
    const { producer, transport, clock } = setUp();
    const error = await failureOf(
      producer.sendAll(clicks, [
        { key: null, value: click(0) },
        { key: null, value: wrong({ ...click(1), url: undefined }) },
        { key: null, value: wrong(undefined) },
      ]),
    );
    expect(error.code).toBe('ENCODE');
    expect(error.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['[1].value.url', expect.stringMatching(/^\[2\]\.value/)]),
    );
    await clock.advance(5);
    expect(transport.calls).toEqual([]);
  });

  it('shows ten problems, and keeps all', async () => {
    const { producer } = setUp();
    const bad = Array.from({ length: 12 }, () => ({ key: null, value: wrong({ url: '' }) }));
    const error = await failureOf(producer.sendAll(clicks, bad));
    expect(error.problems).toHaveLength(12);
    expect(error.message).toMatch(/\[9\]\.value\.user_id.*; and 2 more$/);
  });

  const lone = { key: 'k\uD83D', value: { ...click(1), url: '\uDE80' }, headers: { h: '\uD83D' } };

  it('has no lone surrogates, which have no UTF-8', async () => {
    const { producer } = setUp();
    const error = await failureOf(producer.send(clicks, lone));
    expect(error.problems.map(({ path }) => path)).toEqual(['value.url', 'key', 'headers.h']);
  });

  it('has U+FFFD for them where the producer is told so', async () => {
    const { producer, transport, clock } = setUp({ replaceLoneSurrogates: true });
    void producer.send(clicks, lone);
    await clock.advance(5);
    const sent = transport.sent[0]?.messages[0];
    expect([text(sent?.key), text(sent?.headers[0]?.[1])]).toEqual(['k\uFFFD', '\uFFFD']);
    expect(text(sent?.value)).toContain('\uFFFD');
  });

  const misspelt = { ...click(1), ulr: 'u' };

  it('may hold what its schema has no field for', async () => {
    const { producer, transport, clock } = setUp();
    void producer.send(clicks, { key: null, value: misspelt });
    await clock.advance(5);
    expect(transport.sent).toHaveLength(1);
  });

  it('may not where the producer is strict, in a key as in a value', async () => {
    const { producer, transport, clock } = setUp({ strictFields: true });
    const messages = [
      { key: click(1), value: click(1) },
      { key: { ...click(1), id: 7 }, value: misspelt },
      { key: click(1), value: null },
      { key: click(1), value: { ...click(1), user_id: undefined, userId: 'ann' } as never },
    ];
    const error = await failureOf(producer.sendAll(byClick, messages));
    expect(error.code).toBe('ENCODE');
    expect(error.problems.map(({ path }) => path)).toEqual([
      '[1].value.ulr',
      '[1].key.id',
      '[3].value.user_id',
      '[3].value.userId',
    ]);
    expect(error.message).toContain('[3].value.userId: expected no field of this name');
    await clock.advance(5);
    expect(transport.sent).toEqual([]);
  });

  it('does not show its payload', async () => {
    const { producer } = setUp();
    const value = wrong({ user_id: 'hunter2', url: ['hunter2'] });
    const error = await failureOf(producer.send(clicks, { key: null, value }));
    expect(JSON.stringify([error.message, error.problems])).not.toContain('hunter2');
  });
});

describe('the schema id', () => {
  it('comes from the generated code without a request', async () => {
    const { registry, asked } = scriptedRegistry(() => NOT_FOUND);
    const { producer, clock } = setUp({ registry });
    const sending = producer.send(clicks, { key: null, value: click(1) });
    await clock.advance(5);
    await sending;
    expect(asked).toEqual([]);
  });

  it('is asked for once, however many messages wait for it', async () => {
    const answer = deferred<Answer>();
    const { registry, asked } = scriptedRegistry(() => answer.promise);
    const { producer, transport, clock } = setUp({ registry });
    const sending = [1, 2, 3].map((n) => producer.send(newClicks, { key: null, value: click(n) }));
    await clock.advance(5);
    sending.push(producer.send(newClicks, { key: null, value: click(4) }));
    answer.resolve(FOUND);
    while (transport.sent.length < 2) await clock.advance(5);
    await Promise.all(sending);
    expect(asked).toEqual([LOOKUP]);
    expect(transport.users()).toEqual([['user-1', 'user-2', 'user-3'], ['user-4']]);
    const ids = transport.sent.flatMap(({ messages }) =>
      messages.map(({ value }) => unframe(value ?? new Uint8Array()).schemaId),
    );
    expect(ids).toEqual([21, 21, 21, 21]);
  });

  it('is not needed for a tombstone', async () => {
    const { registry, asked } = scriptedRegistry(() => NOT_FOUND);
    const { producer, transport, clock } = setUp({ registry });
    const sending = producer.send(newClicks, { key: 'gone', value: null });
    await clock.advance(5);
    await sending;
    expect(asked).toEqual([]);
    expect(transport.sent[0]?.messages[0]?.value).toBeNull();
  });

  it.each([
    ['the schema', NOT_FOUND],
    ['the subject', NO_SUBJECT],
  ])('fails when the registry does not have %s, saying what to run', async (_, answer) => {
    const { registry, asked } = scriptedRegistry(() => answer);
    const { producer, transport } = setUp({ registry, register: 'never' });
    const sending = failureOf(producer.send(newClicks, { key: null, value: click(1) }));
    await producer.flush();
    const error = await sending;
    expect(error).toMatchObject({
      code: 'SCHEMA_UNREGISTERED',
      topic: 'clicks',
      subject: 'clicks-value',
    });
    expect(error.message).toMatch(/npx tavro publish/);
    expect(asked).toEqual([LOOKUP, ASSOCIATED]);
    expect(transport.sent).toEqual([]);
  });

  it('comes of registering where that is allowed', async () => {
    const { registry, asked } = scriptedRegistry((path) =>
      path.endsWith('/versions') ? [200, { id: 33 }] : NO_SUBJECT,
    );
    const { producer, transport } = setUp({ registry, register: 'allowed' });
    const sending = producer.send(newClicks, { key: null, value: click(1) });
    await producer.flush();
    await sending;
    expect(asked).toEqual([LOOKUP, ASSOCIATED, REGISTER]);
    const framed = transport.sent[0]?.messages[0]?.value ?? new Uint8Array();
    expect(unframe(framed).schemaId).toBe(33);
  });

  it('fails when the registry refuses the schema, with its reason', async () => {
    const { registry } = scriptedRegistry((path) =>
      path.endsWith('/versions')
        ? [409, { error_code: 409, message: 'reader lacks a default' }]
        : NOT_FOUND,
    );
    const { producer } = setUp({ registry, register: 'allowed' });
    const sending = failureOf(producer.send(newClicks, { key: null, value: click(1) }));
    await producer.flush();
    expect(await sending).toMatchObject({ code: 'SCHEMA_REFUSED', subject: 'clicks-value' });
    expect((await sending).message).toMatch(/reader lacks a default/);
  });

  it('is asked for again after a failure', async () => {
    const answers: Answer[] = [[500, { error_code: 50001, message: 'down' }], FOUND];
    const { registry } = scriptedRegistry(() => answers.shift() ?? NOT_FOUND);
    const { producer } = setUp({ registry });
    const first = failureOf(producer.send(newClicks, { key: null, value: click(1) }));
    await producer.flush();
    expect(await first).toMatchObject({ code: 'REGISTRY', retriable: true, delivered: 'no' });
    const second = producer.send(newClicks, { key: null, value: click(2) });
    await producer.flush();
    expect((await second).offset).toBe(0n);
  });

  it('is that of each subject, also where key and value share a codec', async () => {
    const { registry } = scriptedRegistry((path) => [
      200,
      { id: path.endsWith('-key') ? 51 : 52, version: 1, schema: '"string"' },
    ]);
    const { producer, transport } = setUp({ registry });
    const topic = { ...byClick, key: NewClickCodec, value: NewClickCodec };
    const sending = producer.send(topic, { key: click(1), value: click(1) });
    await producer.flush();
    await sending;
    const [sent] = transport.sent[0]?.messages ?? [];
    const idOf = (framed: Uint8Array | null | undefined) =>
      unframe(framed ?? new Uint8Array()).schemaId;
    expect([idOf(sent?.key), idOf(sent?.value)]).toEqual([51, 52]);
  });

  it('is refused for good when the registry refuses the login', async () => {
    const { registry } = scriptedRegistry(() => [401, { error_code: 401, message: 'who?' }]);
    const { producer } = setUp({ registry });
    const sending = failureOf(producer.send(newClicks, { key: null, value: click(1) }));
    await producer.flush();
    expect(await sending).toMatchObject({ code: 'REGISTRY', retriable: false });
  });

  it('missing for a key does not hold back messages without one', async () => {
    const { registry } = scriptedRegistry(() => NOT_FOUND);
    const { producer, transport } = setUp({ registry, register: 'never' });
    const topic = { ...byClick, key: NewClickCodec };
    const refused = failureOf(producer.send(topic, { key: click(1), value: click(1) }));
    const sent = producer.send(topic, { key: null, value: click(2) });
    await producer.flush();
    expect(await refused).toMatchObject({ code: 'SCHEMA_UNREGISTERED', subject: 'by-click-key' });
    await sent;
    expect(transport.users()).toEqual([['user-2']]);
  });
});

describe('registering by default', () => {
  const before = process.env.NODE_ENV;
  it.each([
    ['development', [LOOKUP, ASSOCIATED, REGISTER]],
    ['production', [LOOKUP, ASSOCIATED]],
  ])('in %s: %p', async (environment, want) => {
    process.env.NODE_ENV = environment;
    try {
      const { registry, asked } = scriptedRegistry(() => NOT_FOUND);
      const { producer } = setUp({ registry });
      const sending = failureOf(producer.send(newClicks, { key: null, value: click(1) }));
      await producer.flush();
      await sending;
      expect(asked).toEqual(want);
    } finally {
      process.env.NODE_ENV = before;
    }
  });
});
