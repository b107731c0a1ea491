/** An empty folder becomes a project that works, and whose schema is guarded. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Desk } from './desk.js';
import type { ManagerName, NodeName, Toolbox } from './toolbox.js';

interface Commands {
  readonly install: string;
  /** Before the name of a script. */
  readonly run: string;
  /** Before the name of a package's command. */
  readonly exec: string;
}

const COMMANDS: Readonly<Record<ManagerName, Commands>> = {
  npm: { install: 'npm install', run: 'npm run', exec: 'npx' },
  pnpm: { install: 'pnpm install', run: 'pnpm run', exec: 'pnpm exec' },
  yarn: { install: 'yarn install', run: 'yarn run', exec: 'yarn' },
};
const SCHEMA = 'schemas/com/example/events/user_click.avsc';
const URL_FIELD = '{ "name": "url", "type": "string" }';

export async function newProject(
  desk: Desk,
  manager: ManagerName,
  { tarball }: Toolbox,
  node: NodeName,
): Promise<void> {
  const { install, run, exec } = COMMANDS[manager];
  const infra = manager === 'npm' ? ' --infra' : '';
  await desk.type(`npx --yes --package ${tarball} tavro init --yes --manager ${manager}${infra}`, {
    shows: [/create {2}package\.json/, /Next:/],
  });
  installFrom(tarball, desk.folder);
  await desk.type(install);
  await desk.type(`${run} codegen`);
  await desk.type(`${exec} tsc --noEmit`);
  await desk.type(`${run} test`, { shows: [/pass 1\b/] });
  if (infra !== '') await desk.type(`${run} synth`);
  const registry = await desk.start(`${exec} tavro registry --port 0`, /(http:\/\/\S+)/);
  try {
    const [SCHEMA_REGISTRY_URL] = registry.match;
    const env = { SCHEMA_REGISTRY_URL };
    const event = { shows: [/user-clicks-\d@0: ann clicked https:\/\/example\.com/] };
    await desk.type(`${run} try`, event, env);
    if (manager === 'npm') await failing(desk, `${run} try`);
    // As sources, where Node takes types off by itself.
    if (node === '24' && manager !== 'yarn') await desk.type('node src/try.ts', event, env);
    await desk.type(`${exec} tavro publish`, { shows: [/Published\./] }, env);
    await desk.type(`${run} codegen`);
    await evolve(desk, run);
  } finally {
    await registry.stop();
  }
}

/** A handler that throws, and a registry that is not there, end the trial as failures. */
async function failing(desk: Desk, command: string): Promise<void> {
  const file = join(desk.folder, 'src/handler.ts');
  const before = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    before.replace('const at =', "if (click.url) throw new Error('no');\n        const at ="),
  );
  await desk.type(command, { code: 1, shows: [/HANDLER/] });
  writeFileSync(file, before);
  const nowhere = { SCHEMA_REGISTRY_URL: 'http://localhost:1' };
  await desk.type(command, { code: 1, shows: [/cannot be reached/] }, nowhere);
}

/** A released version guards its readers. */
async function evolve(desk: Desk, run: string): Promise<void> {
  const file = join(desk.folder, SCHEMA);
  const before = readFileSync(file, 'utf8');
  const url = /\{\s*"name": "url",\s*"type": "string"\s*\}/;
  if (!url.test(before)) throw new Error(`The sample has no field ${URL_FIELD}.`);
  writeFileSync(file, before.replace(url, '{ "name": "link", "type": "string" }'));
  const refused = {
    code: 100,
    shows: [/user_click\.avsc:\d+:\d+/, /link/, /aliases/, /[Ww]itness|datum/],
  };
  await desk.type(`${run} codegen`, refused);
  await desk.type(`${run} check`, refused);
  const nullable = '{ "name": "referrer", "type": ["null", "string"], "default": null }';
  writeFileSync(
    file,
    before.replace(url, (field) => `${field},\n    ${nullable}`),
  );
  await desk.type(`${run} test`, { code: 100, shows: [/tavro codegen/] });
  await desk.type(`${run} codegen`);
  await desk.type(`${run} check`);
  await desk.type(`${run} test`, { shows: [/pass 1\b/] });
}

/** The version that init wrote is not published yet. */
function installFrom(tarball: string, folder: string): void {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.dependencies.tavro = `file:${tarball}`;
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}
