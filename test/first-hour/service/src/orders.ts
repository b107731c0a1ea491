/** How this service has sent and read orders so far. */
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';

export interface Order {
  order_id: string;
  total_cents: number;
  note: string | null;
}

const ORDER = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'order_id', type: 'string' },
    { name: 'total_cents', type: 'int' },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
};

export function registryAt(host: string): SchemaRegistry {
  return new SchemaRegistry({ host });
}

export async function encodeOrder(registry: SchemaRegistry, order: Order): Promise<Buffer> {
  const schema = { type: SchemaType.AVRO as const, schema: JSON.stringify(ORDER) };
  const { id } = await registry.register(schema, { subject: 'orders-value' });
  return registry.encode(id, order);
}

export function decodeOrder(registry: SchemaRegistry, bytes: Buffer): Promise<Order> {
  return registry.decode(bytes);
}
