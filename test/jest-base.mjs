import { fileURLToPath } from 'node:url';

// `npm run golden:update`: golden files are written like snapshots (test/codegen/golden-files.ts).
if (process.argv.includes('-u')) process.env.TAVRO_GOLDEN = 'update';

/** What all test runs share. ESM for real: swc strips types, Node's own module loader runs them. */
export const base = {
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['tavro-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/.cache/'],
};
