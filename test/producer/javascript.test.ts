/** What JavaScript callers give by mistake, which the types keep out: each is one error, at once. */
import { describe, expect, it } from '@jest/globals';
import {
  createProducer,
  kafkajsTransport,
  openTelemetry,
  type Producer,
  ProducerError,
  type ProducerOptions,
  type ProducerTelemetry,
  type SendableTopic,
} from '../../producer/index.js';
import { click, clicks, failureOf, setUp } from './clicks.js';

const message = { key: 'k', value: click(1) };

/** As JavaScript has it: nothing is checked. */
function untyped<Typed>(given: unknown): Typed {
  // Not safe, which is what these tests are about.
  return given as Typed;
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ProducerError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('createProducer', () => {
  const { transport } = setUp();
  const registry = { url: 'http://registry.test', lookup: () => 1, register: () => 1 };

  it.each([undefined, null, 'x'])('given %j', (given) => {
    const kind = given === undefined ? 'undefined' : given === null ? 'null' : 'string';
    expect(refusal(() => createProducer(untyped(given)))).toBe(
      `CONFIG createProducer: what it is given is ${kind}; it must be { transport, registry, … }`,
    );
  });

  const telemetry = 'an object with onSend, onBatch or onOpen, such as await openTelemetry()';
  const aTransport = 'a transport, such as kafkajsTransport({ brokers })';
  const signals = 'a list of SIGTERM, SIGINT, SIGHUP';
  it.each<[object, string]>([
    [{ transport: undefined }, `transport is undefined; it must be ${aTransport}`],
    [{ transport: () => transport }, `transport is function; it must be ${aTransport}`],
    [{ registry: undefined }, 'registry is undefined; it must be createRegistry({ url })'],
    [{ registry: 'http://r' }, 'registry is string; it must be createRegistry({ url })'],
    [{ lingerMs: '5' }, 'lingerMs is string; it must be from 0 to 2147483647'],
    [{ lingerMs: null }, 'lingerMs is null; it must be from 0 to 2147483647'],
    [{ maxBlockMs: 5n }, 'maxBlockMs is bigint; it must be from 0 to 2147483647'],
    [{ framing: 5n }, 'framing is "5"; it must be one of prefix, header-guid, header-id'],
    [{ register: true }, "register is boolean; it must be 'never' or 'allowed'"],
    [{ strictFields: 'yes' }, 'strictFields is string; it must be true or false'],
    [{ replaceLoneSurrogates: 1 }, 'replaceLoneSurrogates is 1; it must be true or false'],
    [{ transactionalId: 5 }, 'transactionalId is 5; it must be a string'],
    [{ telemetry: null }, `telemetry is null; it must be ${telemetry}`],
    [{ telemetry: Promise.resolve({}) }, `telemetry is object; it must be ${telemetry}`],
    [{ standardHeaders: true }, 'standardHeaders is boolean; it must be an object'],
    [
      { standardHeaders: { eventId: 'x' } },
      'standardHeaders.eventId is string; it must be true or a function',
    ],
    [
      { standardHeaders: { contentType: 5 } },
      'standardHeaders.contentType is 5; it must be a string',
    ],
    [
      { standardHeaders: { traceContext: {} } },
      'standardHeaders.traceContext is object; it must be a function',
    ],
    [
      { closeOnSignals: 'yes' },
      'closeOnSignals is string; it must be true, false or { signals, timeoutMs }',
    ],
    [
      { closeOnSignals: { signals: 'SIGTERM' } },
      `closeOnSignals.signals is string; it must be ${signals}`,
    ],
    [
      { closeOnSignals: { signals: ['SIGKILL'] } },
      `closeOnSignals.signals is array; it must be ${signals}`,
    ],
    [
      { closeOnSignals: { timeoutMs: '10s' } },
      'closeOnSignals.timeoutMs is string; it must be from 1 to 2147483647',
    ],
    [{ clock: {} }, 'clock is object; it must be a Clock'],
  ])('%o', (options, says) => {
    const given = untyped<ProducerOptions>({ transport, registry, ...options });
    expect(refusal(() => createProducer(given))).toBe(`CONFIG createProducer: ${says}`);
  });

  it('listens to no signal then', () => {
    expect(process.listenerCount('SIGHUP')).toBe(0);
    const options = { closeOnSignals: { signals: ['SIGHUP', 'SIGFOO'] } };
    refusal(() => createProducer(untyped({ transport, registry, ...options })));
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });
});

describe('a connection', () => {
  const list = "a list, such as ['b-1.example:9096']";
  const address = 'is not a broker address: write it as host:port, such as b-1.example:9096.';
  const password = 'is missing or no text: give username and password, or `credentials`.';
  const plain = { mechanism: 'plain', username: 'ann' };
  const login = 'a function, which is asked for each login';
  it.each<[unknown, string]>([
    [undefined, 'the connection is undefined; it must be { brokers, … }'],
    [{}, `\`brokers\` is undefined; it must be ${list}`],
    [{ brokers: 'b:9092' }, `\`brokers\` is string; it must be ${list}`],
    [{ brokers: [undefined] }, `"undefined" ${address}`],
    [{ brokers: ['b:99999'] }, `"b:99999" ${address}`],
    [{ tunnel: null }, '`tunnel` is null; it must be an object of addresses'],
    [{ clientId: 5 }, '`clientId` is 5; it must be a string'],
    [{ log: 'x' }, '`log` is string; it must be a function'],
    [{ requestTimeoutMs: -1 }, '`requestTimeoutMs` is -1; it must be from 1 to 2147483647'],
    [{ connectTimeoutMs: '5s' }, '`connectTimeoutMs` is string; it must be from 1 to 2147483647'],
    [{ ssl: null }, '`ssl` is null; it must be true, false or { ca, cert, key }'],
    [{ ssl: 'yes' }, '`ssl` is string; it must be true, false or { ca, cert, key }'],
    [{ sasl: null }, '`sasl` is null; it must be { mechanism, … }'],
    [{ sasl: { mechanism: 'plain' } }, `\`sasl.username\` ${password}`],
    [{ sasl: plain }, `\`sasl.password\` ${password}`],
    [{ sasl: { ...plain, password: 1234 } }, `\`sasl.password\` ${password}`],
    [
      { sasl: { mechanism: 'plain', credentials: {} } },
      `\`sasl.credentials\` is object; it must be ${login}`,
    ],
    [
      { sasl: { mechanism: 'oauthbearer', token: 'abc' } },
      `\`sasl.token\` is string; it must be ${login}`,
    ],
    [{ compression: 'snappy' }, "`compression` is string; it must be 'none' or 'gzip'"],
  ])('%o', (given, says) => {
    const isBare = given === undefined || Object.keys(Object(given)).length === 0;
    const options = isBare ? given : { brokers: ['b:9092'], ...Object(given) };
    expect(refusal(() => kafkajsTransport(untyped(options)))).toBe(`CONFIG ${says}`);
  });
});

describe('a call', () => {
  const topic = (given: unknown) => untyped<SendableTopic>(given);
  const one = untyped<never>(message);
  const none = untyped<never>(undefined);
  const source = 'an array, a readable stream, or what a generator function returns';
  const signal = "an AbortSignal, such as an AbortController's `signal`";
  const raw = "of the generated code, or { name, key: 'bytes', value: 'bytes' }";
  const nothing = 'ENCODE Nothing was sent to "clicks" (test.Click): ';

  it.each<[string, (producer: Producer) => Promise<unknown>, string]>([
    [
      'a name',
      (p) => p.send(topic('clicks'), one),
      `CONFIG The topic is string and not one ${raw}`,
    ],
    ['no topic', (p) => p.send(topic(null), one), `CONFIG The topic is null and not one ${raw}`],
    [
      'half a topic',
      (p) => p.send(topic({ name: 'x' }), one),
      `CONFIG The topic is object and not one ${raw}`,
    ],
    [
      'a name to sendFrom',
      (p) => p.sendFrom(topic('clicks'), []),
      `CONFIG The topic is string and not one ${raw}`,
    ],
    [
      'no message',
      (p) => p.send(clicks, none),
      `${nothing}message: expected an object with a value, got undefined`,
    ],
    [
      'a hole in the list',
      (p) => p.sendAll(clicks, untyped(Object.assign([message], { 2: message }))),
      `${nothing}[1].message: expected an object with a value, got undefined`,
    ],
    [
      'a set',
      (p) => p.sendAll(clicks, untyped(new Set([message]))),
      'CONFIG sendAll: messages is object; it must be an array; what gives them otherwise is for sendFrom',
    ],
    [
      'headers in a Map',
      (p) => p.send(clicks, untyped({ ...message, headers: new Map([['a', 'b']]) })),
      `${nothing}headers: expected an object with a value for each name, got object`,
    ],
    [
      'headers in pairs',
      (p) => p.send(clicks, untyped({ ...message, headers: [['a', 'b']] })),
      `${nothing}headers: expected an object with a value for each name, got array`,
    ],
    [
      'a number for the options',
      (p) => p.send(clicks, message, untyped(5_000)),
      'CONFIG send: what is asked for is 5000; it must be { timeoutMs, signal }',
    ],
    [
      'text for a time',
      (p) => p.send(clicks, message, untyped({ timeoutMs: '5' })),
      'CONFIG send: timeoutMs is string; it must be from 1 to 2147483647',
    ],
    [
      'a controller',
      (p) => p.send(clicks, message, untyped({ signal: new AbortController() })),
      `CONFIG send: signal is object; it must be ${signal}`,
    ],
    [
      'a controller to sendFrom',
      (p) => p.sendFrom(clicks, [message], untyped({ signal: new AbortController() })),
      `CONFIG sendFrom: signal is object; it must be ${signal}`,
    ],
    [
      'no source',
      (p) => p.sendFrom(clicks, none),
      `CONFIG sendFrom: the source is undefined; it must be ${source}`,
    ],
    [
      'a generator function that was not called',
      (p) =>
        p.sendFrom(
          clicks,
          untyped(function* () {}),
        ),
      `CONFIG sendFrom: the source is function; it must be ${source}`,
    ],
    [
      'text for a source',
      (p) => p.sendFrom(clicks, untyped('text')),
      `CONFIG sendFrom: the source is string; it must be ${source}`,
    ],
    [
      'text for a listener',
      (p) => p.sendFrom(clicks, [message], untyped({ onFailed: 'x' })),
      'CONFIG sendFrom: onFailed is string; it must be a function',
    ],
  ])('%s', async (_, call, says) => {
    const { producer, transport } = setUp();
    const { code, message } = await failureOf(call(producer));
    expect(`${code} ${message}`).toBe(says);
    expect(transport.calls).toEqual([]);
  });
});

it.each([{ eventId: () => fail() }, { traceContext: () => fail() }])(
  'says that a function of standardHeaders threw: %o',
  async (standardHeaders) => {
    const heard: (string | undefined)[] = [];
    const telemetry: ProducerTelemetry = {
      onSend: () => ({ onFailed: ({ code }) => void heard.push(code) }),
    };
    const { producer } = setUp({ standardHeaders, telemetry });
    const { code, message: says, cause } = await failureOf(producer.send(clicks, message));
    expect([code, says, cause]).toEqual([
      'CONFIG',
      'A function of standardHeaders threw; what it threw is in `cause`. Nothing was sent.',
      new RangeError('no id'),
    ]);
    expect(heard).toEqual(['CONFIG']);
  },
);

function fail(): never {
  throw new RangeError('no id');
}

it('tells telemetry of a call that was over before it began', async () => {
  const heard: (string | undefined)[] = [];
  const telemetry: ProducerTelemetry = {
    onSend: () => ({ onFailed: ({ code }) => void heard.push(code) }),
  };
  const { producer } = setUp({ telemetry });
  await failureOf(producer.send(clicks, message, { signal: AbortSignal.abort() }));
  await failureOf(producer.send(clicks, message, { timeoutMs: 0 }));
  expect(heard).toEqual(['ABORTED', 'CONFIG']);
});

it.each([null, {}, { trace: {}, metrics: {} }])('openTelemetry of %j', async (api) => {
  const { code, message: says } = await failureOf(openTelemetry(untyped(api)));
  expect([code, says]).toEqual([
    'CONFIG',
    `openTelemetry: what it is given is ${api === null ? 'null' : 'object'}; it must be the package: ` +
      "import * as api from '@opentelemetry/api'",
  ]);
});

describe('an async function where none is awaited', () => {
  const fails = async () => {
    throw new RangeError('later');
  };

  it('does no harm as telemetry', async () => {
    const observer = { onDelivered: fails, onFailed: fails };
    const telemetry: ProducerTelemetry = { onSend: () => observer, onBatch: fails };
    const { producer, clock } = setUp({ telemetry });
    const sending = producer.send(clicks, message);
    await clock.advance(0);
    // A rejection that nobody takes would fail this test.
    expect(await sending).toMatchObject({ partition: 0, offset: 0n });
  });

  it.each(['onDelivered', 'onFailed'] as const)(
    'ends sendFrom with what %s threw',
    async (name) => {
      const { producer, clock } = setUp();
      const bad = untyped<typeof message>({ key: 5, value: null });
      const sent = [name === 'onFailed' ? bad : message];
      const sending = producer.sendFrom(clicks, sent, { [name]: fails });
      const ended = expect(sending).rejects.toThrow(new RangeError('later'));
      await clock.advance(0);
      await ended;
    },
  );
});
