/** Instance types of MSK's brokers. Source: CloudFormation's `AWS::MSK::Cluster BrokerNodeGroupInfo`. */
const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
export const KNOWN_INSTANCE_TYPES: readonly string[] = [
  'kafka.t3.small',
  ...[...SIZES, '24xlarge'].map((size) => `kafka.m5.${size}`),
  ...SIZES.map((size) => `kafka.m7g.${size}`),
  ...SIZES.map((size) => `express.m7g.${size}`),
];

/** All that MSK ever had, those that it makes no new clusters of among them. */
export const KNOWN_KAFKA_VERSIONS: readonly string[] = [
  '1.1.1',
  '2.1.0',
  '2.2.1',
  '2.3.1',
  '2.4.1',
  '2.4.1.1',
  '2.5.1',
  '2.6.0',
  '2.6.1',
  '2.6.2',
  '2.6.3',
  '2.7.0',
  '2.7.1',
  '2.7.2',
  '2.8.0',
  '2.8.1',
  '2.8.2.tiered',
  '3.1.1',
  '3.2.0',
  '3.3.1',
  '3.3.2',
  '3.4.0',
  '3.5.1',
  '3.6.0',
  '3.6.0.1',
  '3.7.x',
  '3.7.x.kraft',
  '3.8.x',
  '3.8.x.kraft',
  '3.9.x',
  '3.9.x.kraft',
  '4.0.x.kraft',
  '4.1.x.kraft',
  '4.2.x.kraft',
];

/** Metadata of a cluster whose version or instance type is newer than these tables. */
export const UNLISTED_BROKER_METADATA = 'tavro:unlistedBroker';
