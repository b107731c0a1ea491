/**
 * A process that sends without awaiting (flood.kafka.test.ts):
 *
 *     node --max-old-space-size=MB --conditions=tavro-source --import tsx test/producer/flooding-process.ts BROKER TOPIC COUNT
 *
 * It answers how many were delivered and, by code, how many were not.
 */
import { createProducer, kafkajsTransport, ProducerError } from '../../producer/index.js';
import { click, clicks, scriptedRegistry } from './clicks.js';

const [broker = '', name = '', count = ''] = process.argv.slice(2);
const { registry } = scriptedRegistry(() => [404, {}]);
const transport = kafkajsTransport({ brokers: [broker] });
await using producer = createProducer({ transport, registry });
const topic = { ...clicks, name };
const value = click(1);
const outcomes: Record<string, number> = {};
const note = (outcome: string) => {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
};
const sending: Promise<void>[] = [];
for (let n = 0; n < Number(count); n++) {
  const sent = producer.send(topic, { key: `user-${n % 1_000}`, value });
  sending.push(
    sent.then(
      () => note('delivered'),
      (error) => note(error instanceof ProducerError ? error.code : 'failed'),
    ),
  );
}
await Promise.all(sending);
process.stdout.write(JSON.stringify(outcomes));
