/** What becomes of each event: the same in Lambda (`lambda.ts`) and in a container (`main.ts`). */
import { on, onBatch, type Route } from 'tavro/consumer';
import { orders } from '../generated/topics/orders.js';
import { payments } from '../generated/topics/payments.js';
import type { Ledger } from './ledger.js';

export function routes(ledger: Ledger): readonly Route[] {
  return [
    // One by one: the next of its partition waits until the promise is fulfilled.
    on(orders, (order, { id }) =>
      ledger.write([{ id, order: order.order_id, cents: order.cents }]),
    ),
    // Together, those of a partition that came together: one write of many rows.
    onBatch(payments, (records) =>
      ledger.write(
        records.map(({ id, value }) => ({ id, order: value.order_id, cents: -value.cents })),
      ),
    ),
  ];
}
