/** What a test needs to start brokers with settings of its own. */

import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { type BrokerEngine, type RunningBroker, startBroker } from '../../local/kafka/broker.js';
import { kafkaJars } from '../../local/kafka/jars.js';
import { findJava } from '../../local/kafka/java.js';
import { javaEngine } from '../../local/kafka/java-engine.js';
import { printProperties } from '../../local/kafka/properties.js';

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

/** A listener beside PLAINTEXT and SASL_SSL; its name is its key, in capitals. */
export interface MoreListeners {
  readonly [name: string]: { readonly protocol: 'SSL' | 'SASL_PLAINTEXT'; readonly port: number };
}

/** A broker with more listeners and settings than the launcher's. */
export async function startBrokerWith(
  listeners: MoreListeners,
  properties: Readonly<Record<string, string>>,
): Promise<RunningBroker> {
  const java = await realJavaEngine();
  const plan: BrokerEngine['plan'] = (files) => {
    const { plaintext, saslSsl, controller } = files.ports;
    const more = Object.entries(listeners);
    const all = [
      `PLAINTEXT://127.0.0.1:${plaintext}`,
      `SASL_SSL://127.0.0.1:${saslSsl}`,
      ...more.map(([name, { port }]) => `${name}://127.0.0.1:${port}`),
    ].join(',');
    const protocols = more.map(([name, { protocol }]) => `,${name}:${protocol}`);
    // The last line with a key is the one that counts.
    const text = printProperties({
      listeners: `${all},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': all,
      'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL${protocols.join('')}`,
      ...properties,
    });
    appendFileSync(files.propertiesFile, text);
    return java.plan(files);
  };
  return startBroker({ ...java, plan });
}
