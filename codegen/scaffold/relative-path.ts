import { posix } from 'node:path';

/** A path from one folder of the project to another, as an import begins: `./` or `../`. */
export function relativePath(from: string, to: string): string {
  const path = posix.relative(from, to.replaceAll('\\', '/'));
  if (path === '') return '.';
  return path.startsWith('.') ? path : `./${path}`;
}
