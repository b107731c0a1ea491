import { fileURLToPath } from 'node:url';
import { SEED } from './seeds/seed.mjs';

// `npm run golden:update`: golden files are written like snapshots (test/codegen/golden-files.ts).
if (process.argv.includes('-u')) process.env.TAVRO_GOLDEN = 'update';

// To stderr: with --json, stdout is the report.
if (process.env.TAVRO_SEEDS === undefined)
  console.error(`property tests draw from seed ${SEED} (another: TAVRO_SEED=n)`);

/** What all test runs share. ESM for real: swc strips types, Node's own module loader runs them. */
export const base = {
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  testEnvironment: 'node',
  // Jest keeps one core for itself, which on two cores is half of them. Workers that grew are replaced.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1GB',
  testEnvironmentOptions: { customExportConditions: ['tavro-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['<rootDir>/test/seeds/setup.mjs'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  // It stops what hangs, and measures nothing: tests that start processes take their time on a busy machine.
  testTimeout: 180_000,
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/.cache/'],
};
