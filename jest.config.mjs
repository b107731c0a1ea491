import { base } from './test/jest-base.mjs';

/** Tests that need nothing but Node. */
export default {
  ...base,
  displayName: 'unit',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['\\.(kafka|java)\\.test\\.ts$'],
};
