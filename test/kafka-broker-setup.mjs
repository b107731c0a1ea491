import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = ['--conditions=tavro-source', '--import', 'tsx', 'local/kafka/main.ts'];

/**
 * Starts the broker that the tests of project `kafka` share; sharedBroker() in kafka-broker.ts
 * answers it. A failure is handed to the tests, which then fail one by one with its reason:
 * thrown here, it would take the unit tests of the same run with it.
 */
export default async function startSharedBroker() {
  const holder = spawn(process.execPath, MAIN, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  globalThis.tavroBrokerHolder = holder;
  let out = '';
  let err = '';
  holder.stdout.on('data', (chunk) => {
    out += chunk;
  });
  holder.stderr.on('data', (chunk) => {
    err += chunk;
    process.stderr.write(chunk);
  });
  await Promise.race([firstLine(holder.stdout), once(holder, 'close')]);
  process.env.TAVRO_TEST_BROKER = out.includes('\n') ? out : JSON.stringify({ error: err });
}

/** kafka-broker-teardown.mjs */
export async function stopSharedBroker() {
  const holder = globalThis.tavroBrokerHolder;
  if (holder === undefined || holder.exitCode !== null) return;
  const closed = once(holder, 'close');
  holder.stdin.end();
  await closed;
}

async function firstLine(stream) {
  for (;;) {
    const [chunk] = await once(stream, 'data');
    if (String(chunk).includes('\n')) return;
  }
}
