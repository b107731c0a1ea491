import { installed } from './installed.mjs';
import { base } from './jest-base.mjs';

// Before the tests, whose time it would take: it is compiled, once.
installed('test/lambda/install.ts');

/** Tests of bundled functions under the client that calls handlers in Lambda. */
export default {
  ...base,
  displayName: 'lambda',
  testMatch: ['<rootDir>/test/**/*.lambda.test.ts'],
};
