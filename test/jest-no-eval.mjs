import { base } from './jest-base.mjs';

/** `npm run test:no-eval`: generated code, runtime, producer and consumer where eval is forbidden. */
export default {
  ...base,
  displayName: 'no-eval',
  testEnvironment: '<rootDir>/test/no-eval-environment.mjs',
  testMatch: [
    '<rootDir>/test/{runtime,producer,consumer}/**/*.test.ts',
    '<rootDir>/test/codegen/emit/versions.test.ts',
  ],
  testPathIgnorePatterns: [
    '\\.(kafka|java|confluent|lambda)\\.test\\.ts$',
    // avsc, their referee or a peer's decoder, makes code of text.
    'test/runtime/(avro-json/avro-json|container/container|registry/kafkajs-registry)\\.test\\.ts$',
    // ajv, which holds metrics to AWS's schema, makes code of that.
    'test/consumer/embedded-metrics\\.test\\.ts$',
    // They start processes of their own.
    'test/runtime/(fuzz|bundle)\\.test\\.ts$',
  ],
};
