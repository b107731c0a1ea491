/** See ../process.ts: `KEY MESSAGE` on a line of input is a send, a line of output its outcome. */
import { createInterface } from 'node:readline';
import { providePeer } from '../peers.js';
import type { SendingProcess, Told } from '../process.js';
import { ours, SendFailure } from '../senders.js';

// Written by process.ts.
const { transport, brokers, topic } = JSON.parse(process.argv[2] ?? '') as SendingProcess;
await providePeer(transport);
const sender = ours(transport)({ brokers, requestTimeoutMs: 1_000 }, topic);

async function send(key: number, message: number): Promise<Told> {
  try {
    return { message, place: await sender.send(key, message) };
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error;
    return { message, failure: { delivered: error.delivered, code: error.code } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [key, message] = line.split(' ').map(Number);
  void send(key ?? 0, message ?? 0).then((told) =>
    process.stdout.write(`${JSON.stringify(told)}\n`),
  );
}
await sender.close();
