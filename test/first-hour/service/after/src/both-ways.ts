/** Old and new code read each other's orders, with one registry. */
import assert from 'node:assert/strict';
import { createHandler, on } from 'tavro/consumer';
import { createRegistry } from 'tavro/runtime';
import { mskEvent, testProducer } from 'tavro/testing';
import { orders } from './generated/topics/orders.js';
import { decodeOrder, encodeOrder, registryAt } from './orders.js';

const url = process.env.SCHEMA_REGISTRY_URL ?? '';

async function newReadsOld(): Promise<void> {
  const order = { order_id: 'o-1', total_cents: 250, note: null };
  const value = await encodeOrder(registryAt(url), order);
  const seen: unknown[] = [];
  const handler = createHandler({
    registry: createRegistry({ url }),
    routes: [on(orders, (read) => void seen.push(read))],
  });
  await handler(mskEvent([{ topic: orders.name, value }]));
  assert.deepEqual(seen, [order]);
}

async function oldReadsNew(): Promise<void> {
  const registry = createRegistry({ url });
  const { producer, sent } = testProducer({ registry, register: 'never' });
  const order = { order_id: 'o-2', total_cents: 500, note: 'gift' };
  await producer.send(orders, { key: order.order_id, value: order });
  await producer.close();
  const [message] = sent(orders);
  const read = await decodeOrder(registryAt(url), Buffer.from(message?.record.value ?? []));
  assert.deepEqual({ ...read }, order);
}

newReadsOld()
  .then(oldReadsNew)
  .then(() => console.log('old and new read each other'));
