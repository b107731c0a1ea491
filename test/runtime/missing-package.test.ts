import { expect, it } from '@jest/globals';
import { isMissing } from '../../runtime/missing-package.js';

it.each([
  [true, 'ERR_MODULE_NOT_FOUND', "Cannot find package 'kafkajs' imported from /app/a.js"],
  [true, 'MODULE_NOT_FOUND', "Cannot find module 'kafkajs'\nRequire stack:\n- /app/a.js"],
  [
    true,
    'MODULE_NOT_FOUND',
    "Your application tried to access kafkajs, but it isn't declared in your dependencies",
  ],
  [
    true,
    'ERR_MODULE_NOT_FOUND',
    "tavro tried to access kafkajs (a peer dependency) but it isn't provided by your application",
  ],
  [
    false,
    'ERR_MODULE_NOT_FOUND',
    "Cannot find package 'long' imported from /app/node_modules/kafkajs/index.js",
  ],
  [
    false,
    'MODULE_NOT_FOUND',
    "Cannot find module 'long'\nRequire stack:\n- /app/node_modules/kafkajs/index.js",
  ],
  [false, 'MODULE_NOT_FOUND', "kafkajs tried to access long, but it isn't declared"],
  [false, undefined, 'Dynamic require of "events" is not supported'],
  [false, 'ERR_REQUIRE_ESM', "require() of 'kafkajs'"],
])('%s for %s: %s', (missing, code, message) => {
  expect(isMissing(Object.assign(new Error(message), { code }), 'kafkajs')).toBe(missing);
});

it('is false for what is no error', () => {
  expect(isMissing(undefined, 'kafkajs')).toBe(false);
});
