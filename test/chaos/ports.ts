/** Ports for what goes away and comes back to the same address. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems take the ports of connections that go out from 32768 on, or from higher up. */
const FIRST = 15_000;
const END = 32_768;
const TRIES = 100;

/**
 * A port of loopback that is free, and stays so while nobody listens there: one of those for connections
 * that go out may be given to one, even to that which tries to reach what went away.
 */
export async function steadyPort(): Promise<number> {
  for (let n = 0; n < TRIES; n++) {
    const port = randomInt(FIRST, END);
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
