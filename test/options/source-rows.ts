/** Sources of `tavro/consumer`. */
import type { Sources } from '../../consumer/index.js';
import {
  type ConfluentSourceOptions,
  type EnvironmentSourceOptions,
  type KafkajsSourceOptions,
  kafkajsSource,
  type PlatformaticSourceOptions,
  type SourceOptions,
  sourcesFromEnvironment,
} from '../../consumer/sources/index.js';
import { sourceSettings } from '../../consumer/sources/options.js';
import { connectionSettings } from '../../producer/confluent/settings.js';
import type { KafkaTls } from '../../producer/index.js';
import { subscription } from '../consumer/subscription.js';
import { connection, firstWords, mskIam, tls } from './kafka-rows.js';
import { type Row, row } from './same.js';

const settings = {
  groupInstanceId: 'i',
  maxBufferedBytes: 5,
  maxBytesPerPartition: 6,
  rebalanceTimeoutMs: 7,
  sessionTimeoutMs: 8,
};

/** What a source says first to a broker. */
const words = (make: (address: string) => Sources) =>
  firstWords((address) => {
    const source = make(address)('g');
    return {
      over: source.subscribe(subscription(['t'])).catch(() => undefined),
      end: () => source.close(),
    };
  });

const kafkajs = (options: Partial<KafkajsSourceOptions>) =>
  words((address) => kafkajsSource({ ...options, brokers: [address] }));

export const sourceRows: Readonly<Record<string, Row>> = {
  'sources SourceOptions': row<SourceOptions>(settings, (options) =>
    sourceSettings({ ...options, brokers: ['b:1'] }),
  ),
  'sources KafkajsSourceOptions': row<Partial<KafkajsSourceOptions>>(
    { ...connection, ...settings },
    kafkajs,
    2,
  ),
  'sources PlatformaticSourceOptions': row<Partial<PlatformaticSourceOptions>>(
    { ...connection, ...settings },
    (options) => sourceSettings({ ...options, brokers: ['b:1'] }),
  ),
  'sources ConfluentSourceOptions': row<Partial<ConfluentSourceOptions>>(
    { ...connection, ...settings },
    (options) => [
      sourceSettings({ ...options, brokers: ['b:1'] }),
      connectionSettings({ ...options, brokers: ['b:1'] }),
    ],
  ),
  'sources EnvironmentSourceOptions': row<EnvironmentSourceOptions>(
    {
      ...connection,
      ...settings,
      brokers: ['b:1'],
      env: { KAFKA_BOOTSTRAP_SERVERS: 'elsewhere:1', KAFKA_SASL_SECRET_ARN: 'arn' },
      readSecret: async () => '{"username":"u","password":"p"}',
    },
    async (options) => (await sourcesFromEnvironment(options))('g').name,
  ),
  'sources KafkaTls': row<KafkaTls>(tls, (ssl) => kafkajs({ ssl })),
  'sources MskIam': mskIam,
};
