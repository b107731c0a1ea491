/**
 * Holds a Kafka open for tests and for programs in other languages. It prints one line of JSON
 * with the addresses and the throw-away credentials, and ends, with the broker, on SIGTERM,
 * SIGINT or the end of its standard input.
 *
 *     node --conditions=tavro-source --import tsx local/kafka/main.ts
 */
import { StatusLine, showsStatus } from '../../codegen/terminal.js';
import { onClosedPipe } from '../../runtime/closed-pipe.js';
import { printable } from '../../runtime/printable.js';
import { KafkaLaunchError } from './errors.js';
import { launchKafka } from './launch.js';

async function main(): Promise<number> {
  const asked = askedToStop();
  const { stderr, env } = process;
  const status = showsStatus(stderr, env) ? new StatusLine(stderr) : undefined;
  const launching = launchKafka({
    log: (line) => {
      status?.clear();
      stderr.write(`${printable(line)}\n`);
    },
    ...(status && { status: (line: string) => status.show(line) }),
  });
  // Leaving in the middle of a start is safe: the broker's watchdog sees us go.
  const kafka = await Promise.race([launching, asked]);
  if (kafka === undefined) {
    process.stderr.write('Kafka: asked to stop before it was up.\n');
    return 0;
  }
  const { kind, reason, plaintext, saslSsl, logFile } = kafka;
  if (kind === 'memory') {
    throw new KafkaLaunchError(
      'KAFKA_SETTING',
      `There is no Kafka to hold open: ${reason}. Other processes cannot use it.`,
    );
  }
  process.stdout.write(`${JSON.stringify({ kind, reason, plaintext, saslSsl, logFile })}\n`);
  await asked;
  await kafka.stop();
  return 0;
}

function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    const asked = () => resolve();
    process.stdin.on('end', asked).on('error', asked).resume();
    process.on('SIGTERM', asked);
    process.on('SIGINT', asked);
    onClosedPipe(asked);
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text = error instanceof KafkaLaunchError ? error.message : String(error);
    process.stderr.write(`${printable(text)}\n`);
    process.exit(1);
  },
);
