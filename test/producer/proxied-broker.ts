/** A broker behind a proxy, for clients that cannot be told to go through one. */
import { appendFileSync } from 'node:fs';
import { type BrokerEngine, type RunningBroker, startBroker } from '../../local/kafka/broker.js';
import { printProperties } from '../../local/kafka/properties.js';
import { freePort, realJavaEngine } from './java-brokers.js';
import { type AnswerFate, type KafkaProxy, startKafkaProxy } from './kafka-proxy.js';

export interface ProxiedBroker extends RunningBroker {
  /** Where {@link proxy} listens: the broker sends clients there who come from there. */
  readonly proxied: string;
  proxy(fate: (produce: number) => AnswerFate): Promise<KafkaProxy>;
}

export async function startProxiedBroker(): Promise<ProxiedBroker> {
  const own = await freePort();
  const listenOn = await freePort();
  const java = await realJavaEngine();
  const plan: BrokerEngine['plan'] = (files) => {
    const { plaintext, saslSsl, controller } = files.ports;
    const listeners = `PLAINTEXT://127.0.0.1:${plaintext},SASL_SSL://127.0.0.1:${saslSsl}`;
    // The last line with a key is the one that counts.
    const more = printProperties({
      listeners: `${listeners},PROXIED://127.0.0.1:${own},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': `${listeners},PROXIED://127.0.0.1:${listenOn}`,
      'listener.security.protocol.map':
        'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,PROXIED:PLAINTEXT',
    });
    appendFileSync(files.propertiesFile, more);
    return java.plan(files);
  };
  const broker = await startBroker({ ...java, plan });
  return {
    ...broker,
    proxied: `127.0.0.1:${listenOn}`,
    proxy: (fate) => startKafkaProxy(`127.0.0.1:${own}`, fate, { listenOn }),
  };
}
