const base = {
  rootDir: import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['tavro-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
};

/** `unit` needs nothing but Node; `kafka` needs a real broker (see local/kafka). */
export default {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.kafka\\.test\\.ts$'],
    },
    {
      ...base,
      displayName: 'kafka',
      testMatch: ['<rootDir>/test/**/*.kafka.test.ts'],
      // One broker for all files; sharedBroker() in test/kafka-broker.ts answers its addresses.
      globalSetup: '<rootDir>/test/kafka-broker-setup.mjs',
      globalTeardown: '<rootDir>/test/kafka-broker-teardown.mjs',
      testTimeout: 60_000,
    },
  ],
};
