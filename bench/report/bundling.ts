import type { BuildOptions } from 'esbuild';

/** How what is measured is bundled, as a service would be: a loader that compiles while it runs would be measured along. */
export const AS_A_SERVICE = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  conditions: ['tavro-source'],
  logLevel: 'error',
} satisfies BuildOptions;
