import { rootCertificates } from 'node:tls';
import { TOPIC_PATIENCE_MS } from '../attempts.js';
import { ProducerError } from '../errors.js';
import { checkConnection, type KafkaConnection, type KafkaTls } from '../kafka-connection.js';

export interface ConfluentTransportOptions extends KafkaConnection {
  /** @default 'none' */
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
}

/** librdkafka's configuration, by its own names. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/** How soon a topic's new partitions and leaders are seen where nothing fails, in milliseconds. */
const METADATA_MAX_AGE_MS = 30_000;
const LAST_RECONNECT_MS = 1_000;
/** librdkafka's least. */
const LEAST_CONNECT_TIMEOUT_MS = 1_000;
/** librdkafka's most: the broker says what is too large, and the producer how much may wait. */
const MOST_MESSAGE_BYTES = 1_000_000_000;
const MOST_KILOBYTES = 2_147_483_647;

/** How long a leader may wait for its followers: it shall answer before the request is given up. */
export function ackTimeoutMs({ requestTimeoutMs = 10_000 }: KafkaConnection): number {
  return Math.max(1, Math.floor(requestTimeoutMs * 0.8));
}

/** All but the credentials. @throws ProducerError `CONFIG` */
export function librdkafkaSettings(options: ConfluentTransportOptions): Settings {
  return {
    ...connectionSettings(options),
    'enable.idempotence': true,
    acks: -1,
    'compression.codec': options.compression ?? 'none',
    // The producer lingers.
    'linger.ms': 0,
    // Never by itself: what becomes of a batch at its deadline is for the transport to say.
    'message.timeout.ms': 0,
    'request.timeout.ms': ackTimeoutMs(options),
    'message.max.bytes': MOST_MESSAGE_BYTES,
    'queue.buffering.max.messages': 0,
    'queue.buffering.max.kbytes': MOST_KILOBYTES,
    dr_cb: true,
  };
}

/** How brokers are reached, by clients of any kind. @throws ProducerError `CONFIG` */
export function connectionSettings(connection: KafkaConnection): Settings {
  checkConnection(connection);
  checkTunnel(connection);
  const { clientId = 'tavro', requestTimeoutMs = 10_000, connectTimeoutMs = 5_000 } = connection;
  return {
    'bootstrap.servers': connection.brokers.join(','),
    'client.id': clientId,
    'security.protocol': securityProtocol(connection),
    ...tlsSettings(connection.ssl),
    'socket.timeout.ms': requestTimeoutMs,
    'socket.connection.setup.timeout.ms': Math.max(LEAST_CONNECT_TIMEOUT_MS, connectTimeoutMs),
    'socket.keepalive.enable': true,
    'reconnect.backoff.max.ms': LAST_RECONNECT_MS,
    'allow.auto.create.topics': false,
    'topic.metadata.propagation.max.ms': TOPIC_PATIENCE_MS,
    'topic.metadata.refresh.interval.ms': METADATA_MAX_AGE_MS,
    // It measures itself for whoever runs the broker.
    'enable.metrics.push': false,
    // Of connections that ended, which {@link Troubles} reads.
    log_level: 6,
  };
}

/** Connections are librdkafka's own. */
function checkTunnel({ tunnel = {} }: KafkaConnection): void {
  if (Object.keys(tunnel).length === 0) return;
  throw new ProducerError(
    'CONFIG',
    'A `tunnel` needs kafkajs or @platformatic/kafka: librdkafka connects to the ' +
      'addresses that brokers advertise, and to no others.',
  );
}

function securityProtocol({ ssl = false, sasl }: KafkaConnection): string {
  if (sasl === undefined) return ssl === false ? 'plaintext' : 'ssl';
  return ssl === false ? 'sasl_plaintext' : 'sasl_ssl';
}

/** Without a certificate authority, Node's: librdkafka itself has those of the system. */
function tlsSettings(ssl: boolean | KafkaTls = false): Settings {
  if (ssl === false) return {};
  const { ca = rootCertificates, cert, key, passphrase }: KafkaTls = ssl === true ? {} : ssl;
  return {
    'ssl.ca.pem': typeof ca === 'string' ? ca : ca.join('\n'),
    ...(cert !== undefined && { 'ssl.certificate.pem': cert }),
    ...(key !== undefined && { 'ssl.key.pem': key }),
    ...(passphrase !== undefined && { 'ssl.key.password': passphrase }),
  };
}
