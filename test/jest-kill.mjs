import { base } from './jest-base.mjs';

/** `npm run test:kill`: commands killed at many moments, which takes minutes. */
export default {
  ...base,
  displayName: 'kill',
  testMatch: ['<rootDir>/test/codegen/commands/interrupted.test.ts'],
  globals: { killRounds: 200 },
};
