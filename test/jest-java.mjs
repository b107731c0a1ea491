import { base } from './jest-base.mjs';

/** Tests with Avro's Java library as referee: Java 17 and Maven. */
export default {
  ...base,
  displayName: 'java',
  testMatch: ['<rootDir>/test/**/*.java.test.ts'],
};
