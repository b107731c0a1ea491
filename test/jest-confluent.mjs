import { installed } from './installed.mjs';
import jestKafka from './jest-kafka.mjs';

/**
 * Tests with a real Kafka broker and the peer @confluentinc/kafka-javascript, which is not among our
 * dependencies: it is compiled, once.
 */
export default {
  ...jestKafka,
  displayName: 'confluent',
  testMatch: ['<rootDir>/test/**/*.confluent.test.ts'],
  // What a test that failed leaves open would keep the process, and so whoever waits for the rest.
  forceExit: true,
  moduleNameMapper: {
    ...jestKafka.moduleNameMapper,
    '^@confluentinc/kafka-javascript$': installed('test/confluent/install.ts'),
  },
};
