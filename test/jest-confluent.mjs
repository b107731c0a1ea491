import { execFileSync } from 'node:child_process';
import jestKafka from './jest-kafka.mjs';

/**
 * Tests with a real Kafka broker and the peer @confluentinc/kafka-javascript, which is not among our
 * dependencies: `test/confluent/install.ts` compiles it, once, and a failure to is a failure of these.
 */
const INSTALL = ['--conditions=tavro-source', '--import', 'tsx', 'test/confluent/install.ts'];
const options = { cwd: jestKafka.rootDir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
const directory = execFileSync(process.execPath, INSTALL, options).trim();

export default {
  ...jestKafka,
  displayName: 'confluent',
  testMatch: ['<rootDir>/test/**/*.confluent.test.ts'],
  moduleNameMapper: {
    ...jestKafka.moduleNameMapper,
    '^@confluentinc/kafka-javascript$': directory,
  },
};
