/** From a producer through a broker in this process to a handler: each framing, and all in one topic. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHandler, type Logger, on } from '../../consumer/index.js';
import { MemoryBroker, memorySource, memoryTransport } from '../../local/memory/index.js';
import { startPoller } from '../../local/poller/index.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createProducer, type Framing } from '../../producer/index.js';
import { createRegistry, readSchemaId } from '../../runtime/index.js';
import { byClick, click, NewClickCodec } from '../producer/clicks.js';

const quiet = () => undefined;
const SILENT: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const FRAMINGS: readonly Framing[] = ['prefix', 'header-guid', 'header-id'];
const topic = { ...byClick, key: NewClickCodec, value: NewClickCodec };

let server: RegistryServer;
beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server?.stop());

/** Sends a message with each framing, and gives the records that the broker holds. */
async function produced(framings: readonly Framing[]): Promise<MemoryBroker> {
  const broker = new MemoryBroker();
  broker.createTopic(topic.name);
  for (const [n, framing] of framings.entries()) {
    const registry = createRegistry({ url: server.url });
    const transport = memoryTransport(broker);
    const producer = createProducer({ transport, registry, framing, register: 'allowed' });
    const headers = { trace: framing };
    await producer.send(topic, { key: click(n), value: click(n + 100), headers });
    await producer.close();
  }
  return broker;
}

/** Polls as an event source mapping does, until the handler has seen so many. */
async function consumed(broker: MemoryBroker, count: number) {
  const seen: unknown[] = [];
  let isOver = quiet as () => void;
  const over = new Promise<void>((resolve) => {
    isOver = resolve;
  });
  const handler = createHandler({
    registry: createRegistry({ url: server.url }),
    logger: SILENT,
    routes: [
      on(topic, (value, { key, headers, schemaId, schemaGuid }) => {
        seen.push({ value, key, names: headers.map(({ name }) => name), schemaId, schemaGuid });
        if (seen.length === count) isOver();
      }),
    ],
  });
  const source = memorySource(broker)('g');
  const poller = startPoller({ source, topics: [topic.name], handler });
  await over;
  await poller.stop();
  return seen;
}

describe('a topic', () => {
  it.each(FRAMINGS)('of %s comes through', async (framing) => {
    const broker = await produced([framing]);
    const [seen] = await consumed(broker, 1);
    expect(seen).toMatchObject({ key: click(0), value: click(100) });
    const [stored] = broker.read({ topic: topic.name, partition: 0 }, 0n, 1);
    const header = stored?.headers.find(([name]) => name === '__value_schema_id')?.[1];
    const said = header && readSchemaId(header);
    const names = [
      'trace',
      ...(said === undefined ? [] : ['__value_schema_id', '__key_schema_id']),
    ];
    expect(seen).toMatchObject({
      names,
      schemaId: framing === 'header-guid' ? undefined : (said ?? expect.any(Number)),
      schemaGuid: framing === 'header-guid' ? said : undefined,
    });
    // The bytes are bare where a header tells, with no frame before them.
    const bare = NewClickCodec.encode(click(100));
    expect(stored?.value?.length).toBe(bare.length + (said === undefined ? 5 : 0));
  });

  it('of all of them comes through, as while its producers move from one to another', async () => {
    const seen = await consumed(await produced([...FRAMINGS, ...FRAMINGS]), 6);
    expect(seen).toMatchObject([0, 1, 2, 3, 4, 5].map((n) => ({ value: click(n + 100) })));
  });
});
