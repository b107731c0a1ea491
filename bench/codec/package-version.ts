/** Versions of the packages that are compared. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

export async function versionOf(name: string): Promise<string> {
  // Not every package exports its package.json: look beside its entry.
  const entry = createRequire(import.meta.url).resolve(name);
  const folder = entry.slice(
    0,
    entry.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length,
  );
  const manifest: { version?: string } = JSON.parse(
    await readFile(`${folder}package.json`, 'utf8'),
  );
  return `${name} ${manifest.version}`;
}
