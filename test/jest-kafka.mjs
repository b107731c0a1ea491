import { base } from './jest-base.mjs';

/** Test files of the transport whose package needs a newer Node than 20; `.ci/run` runs them with 24. */
const NEWER_NODE = '(producer|consumer/sources)/platformatic[^/]*\\.kafka\\.test\\.ts$';
const [major = 0] = process.versions.node.split('.').map(Number);
const isOld = major < 24;
if (isOld) console.error(`left to Node 24: ${NEWER_NODE}`);

// Java's second compiler pays off after minutes, and a broker of these tests lives for one: starting it
// takes a third less of the processor without. The first Java that is asked of this variable is 9.
process.env.JDK_JAVA_OPTIONS ??= '-XX:TieredStopAtLevel=1';

/** Tests that need a real Kafka broker, and Python for its client: Java 17 and Maven, or Docker. */
export default {
  ...base,
  displayName: 'kafka',
  testMatch: ['<rootDir>/test/**/*.kafka.test.ts'],
  testPathIgnorePatterns: isOld ? [NEWER_NODE] : [],
  // One broker for all files; sharedBroker() in test/kafka-broker.ts answers its addresses.
  globalSetup: '<rootDir>/test/kafka-broker-setup.mjs',
  globalTeardown: '<rootDir>/test/kafka-broker-teardown.mjs',
};
