/** The files of the function that registers schemas: in an installed package built, in its sources not yet. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Construct } from 'constructs';
import { InfraError } from '../errors.js';

/** As the build names them, and as they are named where Lambda runs them. */
const FILES = { 'subjects-function.mjs': 'index.mjs', 'avsc.cjs': 'avsc.cjs' } as const;

/**
 * Puts the files into a folder. An installed package has them, so nobody needs a bundler.
 * @throws InfraError `PEER` where the package is not whole
 */
export function copyFunction(scope: Construct, folder: string): void {
  const built = found('tools/subjects-function.mjs');
  if (built !== undefined) return copyFiles(path.dirname(built), folder);
  const build = found('build.ts');
  if (build === undefined) throw notWhole(scope);
  const scratch = mkdtempSync(path.join(tmpdir(), 'tavro-function-'));
  try {
    const args = ['--import', 'tsx', build, 'function', scratch];
    execFileSync(process.execPath, args, { cwd: path.dirname(build) });
    copyFiles(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function copyFiles(from: string, folder: string): void {
  for (const [name, deployed] of Object.entries(FILES))
    copyFileSync(path.join(from, name), path.join(folder, deployed));
}

/** A file of the package: this module stands in it at one depth or another. */
function found(file: string): string | undefined {
  // A bundle of CommonJS knows no folder of its own.
  const here: string | undefined = import.meta.dirname;
  if (here === undefined) return undefined;
  for (const up of ['..', '../..']) {
    const at = path.resolve(here, up, file);
    if (existsSync(at)) return at;
  }
  return undefined;
}

function notWhole(scope: Construct): InfraError {
  return new InfraError(
    'PEER',
    'the function that registers schemas is not beside tavro/infra. Where the app of the stack is bundled, leave the package tavro out of the bundle; else install it again',
    scope.node.path,
  );
}
