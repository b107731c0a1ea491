import type { KafkaConnection } from '../../../producer/kafka-connection.js';
import type { Sources } from '../../source.js';
import { groupSources } from '../group-source.js';
import type { SourceOptions } from '../options.js';
import { platformaticDialer } from './dialer.js';

export interface PlatformaticSourceOptions extends KafkaConnection, SourceOptions {}

/**
 * Reads Kafka through connections of @platformatic/kafka, which needs Node 22.22, 24.6 or later. Membership
 * and fetching are our own, see docs/adr/0013: its consumer says nothing before a partition goes.
 * @throws ConsumerError `CONFIG`
 */
export function platformaticSource(options: PlatformaticSourceOptions): Sources {
  return groupSources(options, platformaticDialer(options));
}
