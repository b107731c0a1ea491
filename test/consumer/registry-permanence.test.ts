/** What a registry may do to one event: which faults pass, and what an event may cost. */
import { describe, expect, it } from '@jest/globals';
import {
  ConsumerError,
  createHandler,
  type HandlerOptions,
  type InvocationContext,
  type KafkaEvent,
  on,
} from '../../consumer/index.js';
import { PartDecoders, REFUSED_MS } from '../../consumer/part-decoders.js';
import { MAX_IDS_PER_EVENT, SchemaRequests } from '../../consumer/schema-requests.js';
import { mskEvent } from '../../local/msk-event.js';
import { createRegistry, type Registry, RegistryError } from '../../runtime/index.js';
import { loopbacks, type Reaction } from '../runtime/registry/loopback.js';
import { CLICK_SCHEMA, type Click, ClickCodec, clicks, framed, testLogger } from './clicks.js';

const GOOD_ID = 1;
const BAD_ID = 2;
const ALL = { batchItemFailures: [] };
const good: Reaction = { json: { schema: CLICK_SCHEMA } };

const serve = loopbacks();

function start(registry: Registry, options: Partial<HandlerOptions> = {}) {
  const users: string[] = [];
  const logger = testLogger();
  const handler = createHandler({
    registry,
    logger,
    onFailure: 'skip',
    routes: [on(clicks, (click: Click) => void users.push(click.user_id))],
    ...options,
  });
  return { handler, users, logger };
}

/** One record per schema id. */
const eventOf = (...ids: number[]): KafkaEvent =>
  mskEvent(ids.map((id) => ({ topic: 'clicks', value: framed(`user-${id}`, id) })));

const codesIn = (lines: readonly { fields: Record<string, unknown> }[]): unknown[] =>
  lines.flatMap(({ fields }) => fields.code ?? []);

async function failureOf(work: Promise<unknown>): Promise<ConsumerError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ConsumerError) return error;
  throw new Error(`expected a ConsumerError, got ${error}`);
}

describe('a fault that asking again would not mend is for the policy', () => {
  const refersTo = { name: 'n', subject: 'gone', version: 1 };
  const unknown = { error_code: 40401, message: "Subject 'gone' not found." };
  /** 60,000 records in one another, each in the last field of the one before. */
  const deep = `${'{"type":"array","items":'.repeat(60_000)}"int"${'}'.repeat(60_000)}`;

  it.each<{ name: string; code: string; react: (path: string) => Reaction }>([
    {
      name: 'a reference that is not there',
      code: 'UNKNOWN_SCHEMA',
      react: (path) =>
        path.includes('/subjects/')
          ? { status: 404, json: unknown }
          : { json: { schema: CLICK_SCHEMA, references: [refersTo] } },
    },
    {
      name: 'an answer over the limit',
      code: 'UNKNOWN_SCHEMA',
      react: () => ({ text: '"'.padEnd(8_388_609) }),
    },
    { name: 'a page', code: 'UNKNOWN_SCHEMA', react: () => ({ text: '<html>Welcome!</html>' }) },
    {
      name: '403',
      code: 'UNKNOWN_SCHEMA',
      react: () => ({ status: 403, json: { error_code: 40301, message: 'not yours' } }),
    },
    {
      name: '400',
      code: 'UNKNOWN_SCHEMA',
      react: () => ({ status: 400, json: { error_code: 40001, message: 'no' } }),
    },
    { name: 'a schema that is none', code: 'DECODE', react: () => ({ json: { schema: '{' } }) },
    { name: 'a schema too deep', code: 'DECODE', react: () => ({ json: { schema: deep } }) },
  ])('$name', async ({ code, react }) => {
    const server = await serve(({ path }) =>
      path.endsWith(`/ids/${GOOD_ID}`) ? good : react(path),
    );
    const registry = createRegistry({ url: server.url });
    const { handler, users, logger } = start(registry);
    expect(await handler(eventOf(BAD_ID, GOOD_ID, BAD_ID))).toEqual(ALL);
    expect(users).toEqual(['user-1']);
    expect(codesIn(logger.lines)).toEqual([code, code]);
    // The next event does not ask for it again.
    const asked = server.heard.length;
    expect(await handler(eventOf(BAD_ID, GOOD_ID))).toEqual(ALL);
    expect(server.heard).toHaveLength(asked);
    // Under the default it fails the batch, as any record that does not decode.
    const strict = start(registry, { onFailure: 'fail' });
    expect(await failureOf(strict.handler(eventOf(BAD_ID)))).toMatchObject({ code });
  });

  it.each([
    ['a stack overflow', new RangeError('Maximum call stack size exceeded')],
    ['a fault nobody knows', new Error('unexpected')],
    ['what is no error', 'no'],
  ])('%s', async (_, thrown) => {
    const registry: Registry = {
      ...createRegistry({ url: 'http://registry.test' }),
      schemaById: async (id) => {
        if (id === BAD_ID) throw thrown;
        return { id, schema: CLICK_SCHEMA, references: [] };
      },
    };
    const { handler, users, logger } = start(registry);
    expect(await handler(eventOf(BAD_ID, GOOD_ID))).toEqual(ALL);
    expect([users, codesIn(logger.lines)]).toEqual([['user-1'], ['DECODE']]);
    const strict = start(registry, { onFailure: 'fail' });
    expect(await failureOf(strict.handler(eventOf(BAD_ID)))).toHaveProperty('cause', thrown);
  });
});

describe('a fault that passes fails the batch, whatever the policy', () => {
  it.each<[string, Reaction]>([
    ['401', { status: 401, json: { error_code: 401, message: 'Unauthorized' } }],
    ['408', { status: 408, json: {} }],
    ['429', { status: 429, json: { error_code: 429, message: 'slow down' } }],
    ['500', { status: 500, json: { error_code: 50001, message: 'store' } }],
    ['502 of a proxy', { status: 502, text: '<html>' }],
    ['a reset connection', { raw: (response) => void response.destroy() }],
  ])('%s', async (_, reaction) => {
    let isWell = false;
    const server = await serve(() => (isWell ? good : reaction));
    const { handler, users } = start(createRegistry({ url: server.url, retries: 0 }));
    expect(await failureOf(handler(eventOf(GOOD_ID)))).toMatchObject({ code: 'REGISTRY' });
    isWell = true;
    expect(await handler(eventOf(GOOD_ID))).toEqual(ALL);
    expect(users).toEqual(['user-1']);
  });

  it('credentials that could not be had', async () => {
    const server = await serve(() => good);
    let isSealed = true;
    const auth = async () => {
      if (isSealed) throw new Error('the vault is sealed');
      return { token: 't' };
    };
    const { handler, users } = start(createRegistry({ url: server.url, auth }));
    expect(await failureOf(handler(eventOf(GOOD_ID)))).toMatchObject({ code: 'REGISTRY' });
    isSealed = false;
    expect(await handler(eventOf(GOOD_ID))).toEqual(ALL);
    expect(users).toEqual(['user-1']);
  });
});

/** A registry without a network: counts are the same on a busy machine. */
function stub(react: (path: string, count: number) => Response | undefined) {
  const heard: string[] = [];
  const registry = createRegistry({
    url: 'http://registry.invalid',
    retries: 0,
    timeoutMs: 200,
    fetch: async (input) => {
      const { pathname } = new URL(`${input}`);
      return react(pathname, heard.push(pathname)) ?? new Promise(() => undefined);
    },
  });
  return { heard, registry };
}

const many = Array.from({ length: 2_000 }, (_, i) => i + 10);
/** Schema ids of one event that are asked for at the same time. */
const AT_ONCE = 8;

describe('a registry that hangs', () => {
  const left = (ms: number): InvocationContext => ({ getRemainingTimeInMillis: () => ms });

  it('is given up before the function is out of time, and is asked no more', async () => {
    const { heard, registry } = stub(() => undefined);
    const { handler, users } = start(registry);
    const error = await failureOf(handler(eventOf(...many), left(100)));
    expect(error).toMatchObject({ code: 'REGISTRY' });
    expect(error).toHaveProperty('cause.code', 'TIMED_OUT');
    expect(error.message).toContain('within the 80 ms');
    expect(heard).toHaveLength(AT_ONCE);
    expect(users).toEqual([]);
  });

  it('is not asked at all by a function that is out of time', async () => {
    const { handler } = start({
      ...createRegistry({ url: 'http://registry.test' }),
      schemaById: () => new Promise(() => undefined),
    });
    expect(await failureOf(handler(eventOf(1), left(0)))).toHaveProperty('cause.code', 'TIMED_OUT');
  });

  it('fails all others of its event at the first time-out', async () => {
    const { heard, registry } = stub((_, count) =>
      count === 1 ? Response.json({ schema: CLICK_SCHEMA }) : undefined,
    );
    const { handler } = start(registry, { onFailure: 'report' });
    expect(await failureOf(handler(eventOf(...many)))).toMatchObject({ code: 'REGISTRY' });
    // The one that was answered made room for one more.
    expect(heard).toHaveLength(AT_ONCE + 1);
  });
});

describe('2,000 records with ids that nobody knows', () => {
  /** Knows one id. */
  const scarce = () =>
    stub((path) =>
      path.endsWith(`/ids/${GOOD_ID}`)
        ? Response.json({ schema: CLICK_SCHEMA })
        : Response.json({ error_code: 40403, message: 'Schema not found' }, { status: 404 }),
    );

  it('cost a bounded number of requests an event', async () => {
    const { heard, registry } = scarce();
    const { handler, users } = start(registry);
    expect(await failureOf(handler(eventOf(...many)))).toMatchObject({ code: 'REGISTRY' });
    expect(heard).toHaveLength(MAX_IDS_PER_EVENT);
    expect(users).toEqual([]);
  });

  it('get through delivery by delivery, and none of it is lost', async () => {
    const { heard, registry } = scarce();
    const { handler, users, logger } = start(registry);
    const event = eventOf(...many.slice(0, 2 * MAX_IDS_PER_EVENT), GOOD_ID);
    for (const delivery of [1, 2]) {
      expect(await failureOf(handler(event))).toMatchObject({ code: 'REGISTRY' });
      expect(heard).toHaveLength(delivery * MAX_IDS_PER_EVENT);
    }
    expect(await handler(event)).toEqual(ALL);
    expect(users).toEqual(['user-1']);
    expect(heard).toHaveLength(2 * MAX_IDS_PER_EVENT + 1);
    expect(logger.lines.at(-1)?.fields).toMatchObject({ skipped: 2 * MAX_IDS_PER_EVENT });
  });

  it('do not count an id twice that keys and values share', async () => {
    const requests = new SchemaRequests();
    const load = async () => 'loaded';
    for (let id = 0; id < MAX_IDS_PER_EVENT; id++) {
      await requests.ask(id, load);
      await requests.ask(id, load);
    }
    await expect(requests.ask(MAX_IDS_PER_EVENT, load)).rejects.toThrow('over 256 schema ids');
    requests.end();
  });
});

it('asks again for a schema that was refused a while ago', async () => {
  let now = 0;
  let isKnown = false;
  let asked = 0;
  const decoders = new PartDecoders(
    {
      get: () => undefined,
      load: async () => {
        asked += 1;
        if (!isKnown) throw new RegistryError('UNKNOWN_ID', 'not yet');
        return ClickCodec.decode;
      },
    },
    () => now,
  );
  const find = async () => {
    const requests = new SchemaRequests();
    try {
      return await decoders.find(5, requests);
    } finally {
      requests.end();
    }
  };
  await expect(find()).rejects.toThrow('not yet');
  isKnown = true;
  now += REFUSED_MS - 1;
  await expect(find()).rejects.toThrow('not yet');
  expect(asked).toBe(1);
  now += 1;
  expect(await find()).toBe(ClickCodec.decode);
});
