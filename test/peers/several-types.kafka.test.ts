/**
 * Topics as real registries have them, between Confluent's own clients and our generated code: keys
 * of Avro primitives, and three types in one topic under each strategy. Like
 * registry-clients.kafka.test.ts it needs Python, and no broker.
 *
 * Confluent's serializers for Java are not among these: their artifacts (io.confluent) are in a Maven
 * repository of their own, not in Maven Central, from which these tests have the rest. In
 * several-types.java.test.ts Avro's own Java library, which those serializers write and read with,
 * judges what is behind the frame; the frame itself and their look-ups are not run in Java.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createProducer } from '../../producer/index.js';
import { createRegistry } from '../../runtime/index.js';
import { ScriptedTransport } from '../producer/clicks.js';
import { startConfluent } from './confluent/confluent.js';
import { startPythonRegistry } from './python/python.js';
import type { HexMessage, RegistryClient } from './registry-client.js';
import { SCHEMAS, TYPES_NEWER } from './shop/events.js';
import {
  answer,
  FRAMINGS,
  hexOf,
  messageOf,
  ofType,
  ROWS,
  reading,
  recordOf,
  registrations,
  SIDES,
  wantedOf,
  written,
} from './shop/tasks.js';
import { handle, messagesOf } from './shop/topics.js';

const INSTALL_TIMEOUT_MS = 11 * 60 * 1000;
const USER = { username: 'key', password: 's:cret' };
/**
 * What the client for Node has whole. Its avsc refuses more than 2^53 - 2, and below -2^52 it takes
 * the sign from a number whose last bit is gone: -9007199254740990 is written, and read, as positive.
 */
const NODE_LONGS = [0n, -1n, 300n, -(2n ** 52n), 2n ** 53n - 2n];
const LONGS = [0n, -(2n ** 53n) + 2n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 300n];

describe.each([
  {
    name: '@confluentinc/schemaregistry',
    ...{ start: startConfluent, longs: NODE_LONGS, shortest: 1 },
  },
  // It reads none of fewer bytes, though with the schema in a header it writes them.
  { name: 'confluent-kafka', start: startPythonRegistry, longs: LONGS, shortest: 6 },
])('$name', ({ start, longs, shortest }) => {
  describe.each(ROWS)('and $title', (row) => {
    let server: RegistryServer;
    let client: RegistryClient;
    beforeAll(async () => {
      server = await startRegistry({ auth: USER });
      client = await start({ url: server.url, ...USER });
      for (const task of registrations(row)) await answer(client, task);
    }, INSTALL_TIMEOUT_MS);
    afterAll(async () => {
      await client?.stop();
      await server?.stop();
    });

    const registry = () => createRegistry({ url: server.url, auth: USER });

    it.each(FRAMINGS)('writes what our handler reads: %s', async (framing) => {
      const messages = messagesOf(row, longs);
      const peers: HexMessage[] = [];
      for (const { key, event } of messages)
        peers.push(
          await messageOf(client, row, { key, value: written(row, ofType(event)), framing }),
        );
      const records = peers.map((message) => recordOf(row, message));
      const { seen, answer } = await handle(row, records, { registry: registry() });
      expect(answer).toEqual({ batchItemFailures: [] });
      expect(seen).toEqual(messages);
    });

    it.each(FRAMINGS)('reads what our producer writes: %s', async (framing) => {
      const transport = new ScriptedTransport();
      // It finds what the client registered, and registers nothing.
      const options = { registry: registry(), register: 'never', framing } as const;
      const producer = createProducer({ transport, ...options });
      const messages = messagesOf(row, longs);
      for (const message of messages) await row.send(producer, message);
      await producer.close();
      const sent = transport.sent.flatMap(({ messages }) => messages.map(hexOf));
      expect(sent).toHaveLength(messages.length);
      for (const [i, message] of sent.entries()) {
        const wanted = wantedOf(row, messages[i]);
        for (const part of SIDES) {
          const length = message[part].length / 2;
          const error = { message: expect.stringContaining(`total data size is ${length} bytes`) };
          expect(await client.ask(reading(row, part, message))).toEqual(
            length < shortest ? { error } : { answer: wanted?.[part] },
          );
        }
      }
    });

    it('writes a type that our code does not have, which is UNKNOWN_TYPE', async () => {
      if (row.isOfReferences)
        await answer(client, {
          do: 'register',
          subject: 'shop.Returned',
          schema: SCHEMAS.Returned,
        });
      const returned = written(
        row,
        { type: 'Returned', value: { id: 'o-1', reason: null } },
        TYPES_NEWER,
      );
      const framing = 'prefix';
      const peers: HexMessage[] = [];
      const messages = messagesOf(row, longs).slice(0, 3);
      for (const { key, event } of messages)
        peers.push(
          await messageOf(client, row, {
            key,
            value: written(row, ofType(event), TYPES_NEWER),
            framing,
          }),
          await messageOf(client, row, { key, value: returned, framing }),
        );
      const records = peers.map((message) => recordOf(row, message));
      const failing = await handle(row, records, { registry: registry() });
      expect(failing.answer).toMatchObject({
        ...{ code: 'UNKNOWN_TYPE', type: 'shop.Returned', topic: row.name, offset: 1 },
      });
      const onFailure = { unknownType: 'skip' } as const;
      const skipping = await handle(row, records, { registry: registry(), onFailure });
      expect(skipping).toEqual({ seen: messages, answer: { batchItemFailures: [] } });
    });

    it('and our producer know no subjects but those', async () => {
      // Ids are the registry's: a schema under a wrong subject would have the id of the right one.
      for (const task of registrations(row, TYPES_NEWER)) await answer(client, task);
      const subjects = registrations(row, TYPES_NEWER).map(({ subject }) => subject);
      expect(await answer(client, { do: 'subjects' })).toEqual(subjects.sort());
    });
  });
});
