/** The container's process: configured by KAFKA_* and SCHEMA_REGISTRY_*, probed at /live and /ready. */
import { createServer } from 'node:http';
import { deadLetterTopic, runConsumer } from 'tavro/consumer';
import { producerFromEnvironment } from 'tavro/producer';
import { sourcesFromEnvironment } from 'tavro/sources';
import { printedLedger } from './ledger.js';
import { routes } from './routes.js';

const { DEAD_LETTER_TOPIC = 'shop.dead', PORT = '8080' } = process.env;

const deadLetter = deadLetterTopic(() => producerFromEnvironment(), DEAD_LETTER_TOPIC);

const consumer = runConsumer({
  kafka: await sourcesFromEnvironment(),
  group: 'shop-ledger',
  routes: routes(printedLedger()),
  // As in Lambda: what does not decode goes, what a handler fails on is tried again.
  onFailure: { decode: deadLetter, handler: 'report' },
  attempts: { max: 10, deadLetter },
});

const probes = createServer(({ url }, response) => {
  const { alive, ready, state, partitions, held } = consumer.health();
  const isWell = url === '/ready' ? ready : alive;
  response.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ state, partitions, held: held.length }));
}).listen(Number(PORT));

try {
  // Until SIGTERM or SIGINT, at which it ends what runs, commits and leaves. Rejected where it cannot go on:
  // then the process ends with 1, and whoever runs the container starts another.
  await consumer.done;
} finally {
  // So that nothing holds the process up, which then ends by itself.
  probes.close();
  probes.closeAllConnections();
}
