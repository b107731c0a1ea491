import { base } from './jest-base.mjs';

/** Tests that need a real Kafka broker, and Python for its client: Java 17 and Maven, or Docker. */
export default {
  ...base,
  displayName: 'kafka',
  testMatch: ['<rootDir>/test/**/*.kafka.test.ts'],
  // One broker for all files; sharedBroker() in test/kafka-broker.ts answers its addresses.
  globalSetup: '<rootDir>/test/kafka-broker-setup.mjs',
  globalTeardown: '<rootDir>/test/kafka-broker-teardown.mjs',
};
