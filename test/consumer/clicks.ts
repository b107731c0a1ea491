/** Topics, a registry and small doors for the tests of this room; written by hand, not generated. */

import { createHandler, type HandlerOptions, type Logger } from '../../consumer/index.js';
import { createCodec, timestampMillis } from '../../runtime/generated-code.js';
import { createRegistry, type Registry, type Topic } from '../../runtime/index.js';
import * as read from '../../runtime/wire/read.js';
import * as write from '../../runtime/wire/write.js';

/** A GUID that stands in the generated code, and others that the registry knows. */
export const KNOWN_GUID = '00000000-0000-4000-8000-000000000070';
export const CLICK_GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';
export const ACCOUNT_GUID = 'ffffffff-ffff-ffff-ffff-ffffffffff09';
export const PROTOBUF_GUID = '00000000-0000-0000-0000-000000000014';

export interface Click {
  user_id: string;
  url: string;
  timestamp: Date;
}

export const CLICK_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Click',
  namespace: 'test',
  fields: [
    { name: 'user_id', type: 'string' },
    { name: 'url', type: 'string' },
    { name: 'timestamp', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
});

export const ClickCodec = createCodec<Click, Click>({
  name: 'test.Click',
  schema: CLICK_SCHEMA,
  fingerprint: '0000000000000001',
  knownIds: {
    'http://registry.test': { 70: '0000000000000001', [KNOWN_GUID]: '0000000000000001' },
  },
  write: (click) => {
    write.string(click.user_id);
    write.string(click.url);
    write.long(BigInt(timestampMillis.encode(click.timestamp)));
  },
  read: () => ({
    user_id: read.string(),
    url: read.string(),
    timestamp: timestampMillis.decode(Number(read.long())),
  }),
});

export interface Account {
  id: bigint;
}

export const ACCOUNT_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Account',
  namespace: 'test',
  fields: [{ name: 'id', type: 'long' }],
});

export const AccountCodec = createCodec<Account, Account>({
  name: 'test.Account',
  schema: ACCOUNT_SCHEMA,
  fingerprint: '0000000000000002',
  write: (account) => write.long(account.id),
  read: () => ({ id: read.long() }),
});

export const clicks: Topic<Click, Click, 'string'> = {
  name: 'clicks',
  value: ClickCodec,
  key: 'string',
  subjects: { value: 'clicks-value' },
};

export const keyless: Topic<Click, Click, 'none'> = { ...clicks, name: 'keyless', key: 'none' };

export const byAccount: Topic<Click, Click, typeof AccountCodec> = {
  ...clicks,
  name: 'by-account',
  key: AccountCodec,
  subjects: { value: 'by-account-value', key: 'by-account-key' },
};

export const CLICK_ID = 7;
export const OLD_CLICK_ID = 6;
export const ACCOUNT_ID = 9;
export const UNREADABLE_ID = 13;
export const PROTOBUF_ID = 14;

/** Click before it had a url: the reader cannot fill it, which is found only when decoding. */
const OLD_CLICK_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Click',
  namespace: 'test',
  fields: [
    { name: 'timestamp', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'user_id', type: 'string' },
    { name: 'url', type: 'string' },
    { name: 'referrer', type: ['null', 'string'] },
  ],
});

const SCHEMAS: Readonly<Record<string, string>> = {
  [CLICK_ID]: CLICK_SCHEMA,
  [OLD_CLICK_ID]: OLD_CLICK_SCHEMA,
  [ACCOUNT_ID]: ACCOUNT_SCHEMA,
  [CLICK_GUID]: CLICK_SCHEMA,
  [ACCOUNT_GUID]: ACCOUNT_SCHEMA,
  [UNREADABLE_ID]: '{"type":"reco',
};

export interface TestRegistry {
  readonly registry: Registry;
  /** Paths asked for, in order. */
  readonly asked: string[];
  /** While true, no request gets an answer. */
  down: boolean;
}

/** The real client over a transport that answers from {@link SCHEMAS}. */
export function testRegistry(): TestRegistry {
  const asked: string[] = [];
  const state: TestRegistry = {
    asked,
    down: false,
    registry: createRegistry({
      url: 'http://registry.test',
      retries: 0,
      fetch: async (input) => {
        const { pathname } = new URL(`${input}`);
        asked.push(pathname);
        if (state.down) throw new TypeError('fetch failed');
        const id = pathname.split('/').at(-1) ?? '';
        if (id === `${PROTOBUF_ID}` || id === PROTOBUF_GUID)
          return Response.json({ schema: 'x', schemaType: 'PROTOBUF' });
        const schema = SCHEMAS[id];
        return schema === undefined
          ? Response.json({ error_code: 40403, message: 'Schema not found' }, { status: 404 })
          : Response.json({ schema });
      },
    }),
  };
  return state;
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

export function testLogger(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: string) =>
    (message: string, ...fields: Record<string, unknown>[]) => {
      lines.push({ level, message, fields: Object.assign({}, ...fields) });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A handler with the test registry and logger, and what it answers to an event. */
export function invocation(options: Omit<HandlerOptions, 'registry' | 'logger'>) {
  const registry = testRegistry();
  const logger = testLogger();
  const handler = createHandler({ ...options, registry: registry.registry, logger });
  return { registry, logger, invoke: handler };
}

export function click(user: string): Click {
  return {
    user_id: user,
    url: `https://example.com/${user}`,
    timestamp: new Date('2026-11-22T10:00:00Z'),
  };
}

export function framed(user: string, schemaId = CLICK_ID): Uint8Array {
  return ClickCodec.encodeFramed(click(user), schemaId);
}

/** Text that must never reach an error or a log of the consumer. */
export const SECRET = 'payload-secret';
