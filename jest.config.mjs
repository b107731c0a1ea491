import { base } from './test/jest-base.mjs';

/** Tests that need nothing but Node. */
export default {
  ...base,
  displayName: 'unit',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // The service of the first hour is another project.
  testPathIgnorePatterns: ['\\.(kafka|java|confluent|lambda)\\.test\\.ts$', '/first-hour/service/'],
};
