/** Sends orders and their payments, for trials: `npm run produce -- 20`. Configured as `main.ts` is. */
import { producerFromEnvironment } from 'tavro/producer';
import { orders } from '../generated/topics/orders.js';
import { payments } from '../generated/topics/payments.js';

const CUSTOMERS = 7;
const count = Number(process.argv[2] ?? 20);

function* placed() {
  for (let i = 0; i < count; i++) {
    const customer = `customer-${i % CUSTOMERS}`;
    const value = { order_id: `o-${i}`, customer, cents: 100 + i, placed_at: new Date() };
    yield { key: customer, value };
  }
}

function* paid() {
  for (const { value } of placed()) {
    const { order_id, cents } = value;
    const payment = { payment_id: `p-${order_id}`, order_id, cents, paid_at: new Date() };
    yield { key: order_id, value: payment };
  }
}

const producer = await producerFromEnvironment();
try {
  await producer.sendFrom(orders, placed());
  await producer.sendFrom(payments, paid());
  console.log(`${count} orders and as many payments are in Kafka.`);
} finally {
  await producer.close();
}
