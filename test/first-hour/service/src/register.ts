/** Registers the schema, as the first order of a running service does. */
import { encodeOrder, registryAt } from './orders';

encodeOrder(registryAt(process.env.SCHEMA_REGISTRY_URL ?? ''), {
  order_id: 'o-0',
  total_cents: 1,
  note: null,
}).then((bytes) => console.log(bytes.toString('hex')));
