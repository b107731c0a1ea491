import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a file that installs a package into the user's cache, before a jest run that needs it: a failure to
 * is a failure of that run. @returns the package's directory
 */
export function installed(file) {
  const args = ['--conditions=tavro-source', '--import', 'tsx', file];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const options = { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
  return execFileSync(process.execPath, args, options).trim();
}
