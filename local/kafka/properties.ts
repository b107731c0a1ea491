import type { Certificate } from './certificate.js';

export interface BrokerPorts {
  readonly plaintext: number;
  readonly saslSsl: number;
  readonly controller: number;
}

export interface BrokerSettings {
  readonly ports: BrokerPorts;
  readonly certificate: Certificate;
  /** Where the broker keeps its data: on this machine, or inside the container. */
  readonly dataDirectory: string;
  /** The address that it binds: loopback, or every interface of a container. */
  readonly bind: '127.0.0.1' | '0.0.0.0';
}

/**
 * `server.properties` of one broker that is its own KRaft controller: a PLAINTEXT and a SASL_SSL
 * listener with SCRAM-SHA-512, advertised on loopback. Topics are not created by a mere send, as
 * on MSK: a misspelt name must be an error on a laptop, too.
 */
export function brokerProperties(settings: BrokerSettings): string {
  const { ports, bind } = settings;
  const listeners = (host: string) =>
    `PLAINTEXT://${host}:${ports.plaintext},SASL_SSL://${host}:${ports.saslSsl}`;
  return printProperties({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `${listeners(bind)},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': listeners('127.0.0.1'),
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.key': settings.certificate.privateKey,
    'ssl.keystore.certificate.chain': settings.certificate.certificate,
    'log.dirs': settings.dataDirectory,
    'auto.create.topics.enable': 'false',
    ...SINGLE_BROKER,
  });
}

/** One broker holds every replica; few partitions of the inner topics start faster. */
const SINGLE_BROKER = {
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  // The map of keys that compaction has in memory from the start on, 128 MiB by default.
  'log.cleaner.dedupe.buffer.size': '4194304',
  'group.initial.rebalance.delay.ms': '0',
  // It lives no longer than who started it. By default messages that say they are of last year, as those
  // of tests and of replays may, are deleted within five minutes.
  'log.retention.ms': '-1',
};

/** Prints Java properties: Latin-1 text in which line breaks and backslashes are escaped. */
export function printProperties(properties: Readonly<Record<string, string>>): string {
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${escapeValue(value)}`);
  return `${lines.join('\n')}\n`;
}

function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\r\n', '\\n')
    .replaceAll('\n', '\\n')
    .replace(/^ /, '\\ ')
    .replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
