/** What a test needs to start brokers with settings of its own. */
import { createServer } from 'node:net';
import type { BrokerEngine } from '../../local/kafka/broker.js';
import { kafkaJars } from '../../local/kafka/jars.js';
import { findJava } from '../../local/kafka/java.js';
import { javaEngine } from '../../local/kafka/java-engine.js';

export async function realJavaEngine(): Promise<BrokerEngine> {
  const { env } = process;
  return javaEngine(await findJava(env), await kafkaJars({ env, log: console.error }));
}

/** A port that is free on loopback now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
