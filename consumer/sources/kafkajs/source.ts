import type { KafkaConnection } from '../../../producer/kafka-connection.js';
import type { Sources } from '../../source.js';
import { groupSources } from '../group-source.js';
import type { SourceOptions } from '../options.js';
import { kafkajsDialer } from './dialer.js';

export interface KafkajsSourceOptions extends KafkaConnection, SourceOptions {}

/**
 * Reads Kafka through connections of kafkajs 2.2.4. Membership and fetching are our own, see docs/adr/0013:
 * a consumer of kafkajs gives up on outages, tells nobody before a partition goes, holds up heartbeats
 * and all other partitions while one is handled, and shows messages of aborted transactions.
 * @throws ConsumerError `CONFIG`
 */
export function kafkajsSource(options: KafkajsSourceOptions): Sources {
  return groupSources(options, kafkajsDialer(options));
}
