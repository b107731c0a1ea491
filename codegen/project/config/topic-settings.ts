/**
 * Settings of a Kafka topic, as `topics.<name>.config` may name them.
 * Source: Apache Kafka 3.9 and 4.1, "Topic Configs".
 */
import { nearestName } from '../../../runtime/nearest-name.js';
import { type Part, part, SCALAR, type Setting } from './setting.js';

const NAMES: ReadonlySet<string> = new Set([
  'cleanup.policy',
  'compression.gzip.level',
  'compression.lz4.level',
  'compression.type',
  'compression.zstd.level',
  'delete.retention.ms',
  'file.delete.delay.ms',
  'flush.messages',
  'flush.ms',
  'follower.replication.throttled.replicas',
  'index.interval.bytes',
  'leader.replication.throttled.replicas',
  'local.retention.bytes',
  'local.retention.ms',
  'max.compaction.lag.ms',
  'max.message.bytes',
  'message.downconversion.enable',
  'message.format.version',
  'message.timestamp.after.max.ms',
  'message.timestamp.before.max.ms',
  'message.timestamp.difference.max.ms',
  'message.timestamp.type',
  'min.cleanable.dirty.ratio',
  'min.compaction.lag.ms',
  'min.insync.replicas',
  'preallocate',
  'remote.log.copy.disable',
  'remote.log.delete.on.disable',
  'remote.storage.enable',
  'retention.bytes',
  'retention.ms',
  'segment.bytes',
  'segment.index.bytes',
  'segment.jitter.ms',
  'segment.ms',
  'unclean.leader.election.enable',
]);

/** Brokers have settings besides these. */
export const TOPIC_SETTINGS: Part = {
  ...part(
    Object.fromEntries(
      [...NAMES].map((name): [string, Setting] => [
        name,
        { is: SCALAR, doc: 'A setting of Kafka.' },
      ]),
    ),
    {
      key: '<setting>',
      names: 'Kafka setting',
      value: SCALAR,
      doc: "A setting of another maker's brokers, or of newer ones.",
    },
  ),
  listed: `Text, number, \`true\` or \`false\` for each of these: ${[...NAMES].map((name) => `\`${name}\``).join(', ')}. Brokers of other makers and newer ones have more, which are let through.`,
};

/**
 * The setting that was meant by a name that Kafka does not have. A name that is like none is let
 * through: brokers of other makers and newer ones have more, and refuse what they do not know.
 */
export function meantSetting(name: string): string | undefined {
  return NAMES.has(name) ? undefined : nearestName(name, NAMES);
}
