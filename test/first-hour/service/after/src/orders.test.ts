import { createHandler, on } from 'tavro/consumer';
import { fixedRegistry, mskEvent, topicRecord } from 'tavro/testing';
import { orders } from './generated/topics/orders.js';

test('reads', async () => {
  const seen: unknown[] = [];
  const handler = createHandler({
    registry: fixedRegistry({ 1: orders.value.schema }),
    routes: [on(orders, (o) => void seen.push(o))],
  });
  await handler(
    mskEvent([topicRecord(orders, { value: { order_id: 'a', total_cents: 1, note: null } })]),
  );
  expect(seen).toEqual([{ order_id: 'a', total_cents: 1, note: null }]);
});
