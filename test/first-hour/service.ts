/** A service in CommonJS that has a registry already takes tavro in beside what it has. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Desk } from './desk.js';
import type { Toolbox } from './toolbox.js';

const SERVICE = fileURLToPath(new URL('service', import.meta.url));

/** How the service's compiler is set: each must do. */
const COMPILERS = [
  { typescript: '5.9.3', module: 'nodenext' },
  { typescript: '6.0.3', module: 'commonjs', moduleResolution: 'bundler' },
];

export async function service(desk: Desk, { tarball }: Toolbox): Promise<void> {
  cpSync(SERVICE, desk.folder, { recursive: true, filter: (path) => !path.includes('/after') });
  await desk.type('npm install');
  await desk.type('npx tsc');
  const registry = await desk.start(
    `npx --yes --package ${tarball} tavro registry --port 0`,
    /(http:\/\/\S+)/,
  );
  try {
    const [SCHEMA_REGISTRY_URL] = registry.match;
    const env = { SCHEMA_REGISTRY_URL };
    await desk.type('node dist/register.js', { shows: [/^00000000/] }, env);
    await desk.type(`npm install ${tarball}`);
    const kept = readFileSync(join(desk.folder, 'src/orders.ts'), 'utf8');
    await desk.type('npx tavro init --yes', { shows: [/tavro pull/, /script codegen/] });
    await desk.type('npx tavro pull', { shows: [/wrote schemas\/shop\/Order\.avsc/] }, env);
    cpSync(join(SERVICE, 'after'), join(desk.folder), { recursive: true });
    await desk.type('npm run codegen');
    for (const compiler of COMPILERS) {
      await compileWith(desk, compiler);
      await desk.type('node dist/both-ways.js', { shows: [/old and new read each other/] }, env);
    }
    await desk.type('npx jest', { shows: [/1 passed/] }, env);
    if (readFileSync(join(desk.folder, 'src/orders.ts'), 'utf8') !== kept)
      throw new Error('init changed a file of the service.');
  } finally {
    await registry.stop();
  }
}

async function compileWith(
  desk: Desk,
  { typescript, ...options }: (typeof COMPILERS)[number],
): Promise<void> {
  const file = join(desk.folder, 'tsconfig.json');
  const settings = JSON.parse(readFileSync(file, 'utf8'));
  const { module: _, ...others } = settings.compilerOptions;
  settings.compilerOptions = { ...others, ...options };
  writeFileSync(file, JSON.stringify(settings, null, 2));
  await desk.type(`npm install --save-dev typescript@${typescript}`);
  await desk.type('npm run build');
}
