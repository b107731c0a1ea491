/** Which form of the package is measured. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Build {
  /** Flags of node. */
  readonly flags: readonly string[];
  readonly cli: string;
  /** Conditions under which compilers find it. */
  readonly conditions: readonly string[];
}

/** What people install. @throws Error where it was not built */
export function builtPackage(): Build {
  const cli = join(ROOT, 'dist', 'tools', 'cli.js');
  if (!existsSync(cli)) throw new Error('Build the package first: npm run build.');
  return { flags: [], cli, conditions: [] };
}

/** The sources as they are, for tests: their figures mean nothing. */
export function sources(): Build {
  return {
    flags: ['--conditions=tavro-source', '--import', fileURLToPath(import.meta.resolve('tsx'))],
    cli: join(ROOT, 'codegen', 'cli.ts'),
    conditions: ['tavro-source'],
  };
}
