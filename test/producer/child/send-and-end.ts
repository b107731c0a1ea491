/** Sends one message through librdkafka to the TOPIC at the BROKER, closes, and has nothing else to do. */
import { confluentTransport, createProducer } from '../../../producer/index.js';
import { click, clicks, scriptedRegistry } from '../clicks.js';

const [brokers = '', name = ''] = process.argv.slice(2);
const { registry } = scriptedRegistry(() => [404, {}]);
const transport = confluentTransport({ brokers: [brokers] });
const producer = createProducer({ transport, registry });
const sending = producer.send({ ...clicks, name }, { key: 'k', value: click(0) });
await producer.close();
const { partition, offset } = await sending;
console.log(`${partition}@${offset}`);
