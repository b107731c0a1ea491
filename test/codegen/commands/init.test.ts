/** `tavro init` in folders that are new, half set up, in use, or broken. What it leaves works: see test/first-hour. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from '../../../codegen/context.js';
import { run } from '../../../codegen/program.js';

let root = '';
let project = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tavro-init-'));
  project = join(root, 'shop');
  await mkdir(project);
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function tavro(argv: readonly string[], more: Partial<Context> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(argv, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    env: {},
    signal: new AbortController().signal,
    version: '1.2.3',
    ...more,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const init = (...more: string[]) => tavro(['init', '--project', project, ...more]);
const path = (name: string) => join(project, name);
const read = (name: string) => readFile(path(name), 'utf8');
const json = async (name: string) => JSON.parse(await read(name));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), text);
  }
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

const REFUSE = 'tavro codegen --check';

describe('in an empty folder', () => {
  it('leaves a project of its own, and says what comes next', async () => {
    const { code, out, err } = await init();
    expect(code).toBe(0);
    const files = await filesOf(project);
    expect(out.split('\n').sort()).toEqual(files.map((file) => `create  ${file}`).sort());
    expect(files).toMatchSnapshot();
    expect(await read('package.json')).toMatchSnapshot();
    expect(err).toBe(
      `Next:
  cd ${project}
  npm install
  npm run codegen  writes the generated code; commit it with the schemas
  npm run test     sends and handles an event without Kafka
  npm run try      shows it: from the producer through a broker in memory to the handler
Then edit schemas/com/example/events/user_click.avsc, run codegen again, and see what the compiler says.`,
    );
  });

  it('yields what codegen takes', async () => {
    await init();
    const folders = ['--schemas', path('schemas'), '--out', path('generated')];
    expect((await tavro(['codegen', ...folders, '--check'])).code).toBe(100);
    expect((await tavro(['codegen', ...folders])).code).toBe(0);
    expect((await tavro(['codegen', ...folders, '--check'])).code).toBe(0);
    expect(existsSync(path('generated/com/example/events/UserClick.ts'))).toBe(true);
  });

  it('changes nothing when run again', async () => {
    await init('--infra');
    const texts = async () =>
      Promise.all((await filesOf(project)).map(async (file) => [file, await read(file)]));
    const before = await texts();
    expect(await init('--infra', '--sample')).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^Everything is there: nothing to write\./),
    });
    expect(await texts()).toEqual(before);
  });

  it.each([
    ['npm', 'npm ci', 'npx tavro check'],
    ['pnpm', 'pnpm install --frozen-lockfile', 'pnpm exec tavro check'],
    ['yarn', 'yarn install --immutable', 'yarn tavro check'],
    ['yarn-classic', 'yarn install --frozen-lockfile', 'yarn tavro check'],
  ])('speaks the language of %s', async (manager, install, check) => {
    await init('--manager', manager);
    const workflow = await read('.github/workflows/schemas.yml');
    expect(workflow).toContain(`- run: ${install}\n`);
    expect(workflow).toContain(`- run: ${check} --against lock git --format github\n`);
    expect(workflow).not.toContain('<');
    expect(workflow.includes('corepack enable')).toBe(manager !== 'npm');
  });

  it('has a CDK app when asked', async () => {
    await init('--infra', '--manager', 'pnpm');
    expect(await read('infra/app.ts')).toContain("from '../generated/contracts.ts'");
    expect((await json('package.json')).scripts.synth).toMatch(/&& node dist\/infra\/app\.js$/);
    expect((await json('tsconfig.json')).include).toContain('infra');
    expect(await read('pnpm-workspace.yaml')).toContain('esbuild: true');
  });

  it('takes other folders, and says so in every script', async () => {
    await init('--schemas', 'events', '--out', 'src/gen', '--infra');
    const { scripts } = await json('package.json');
    expect(scripts.codegen).toBe('tavro codegen --schemas "events" --out "src/gen"');
    expect(scripts.check).toBe('tavro check --schemas "events"');
    expect(await read('src/clicks.ts')).toContain("from './gen/topics/user-clicks.ts'");
    expect(await read('test/clicks.test.ts')).toContain("from '../src/gen/topics/user-clicks.ts'");
    expect(await read('infra/app.ts')).toContain("schemas: 'events'");
    expect(existsSync(path('events/tavro.json'))).toBe(true);
  });
});

describe('in a folder that npm init made', () => {
  it('adds what is missing, in the style of the file', async () => {
    const test = 'echo \\"Error: no test specified\\" && exit 1';
    await write({
      'package.json': `{\n\t"name": "shop",\n\t"scripts": { "test": "${test}" }\n}\n`,
    });
    const { out } = await init();
    expect(out).toContain('add     script codegen to package.json');
    const { type, scripts, dependencies } = await json('package.json');
    expect([type, dependencies.tavro, scripts.test]).toEqual([
      'module',
      '^1.2.3',
      expect.stringMatching(/^tavro codegen --check && tsc && node --test/),
    ]);
    expect(await read('package.json')).toMatch(/^\{\n\t"name": "shop",\n/);
  });

  it('lets "type": "commonjs" be, says so, and writes code for it', async () => {
    await write({ 'package.json': '{ "type": "commonjs" }' });
    const { err } = await init();
    expect(err).toContain('By hand: package.json says "type": "commonjs", which works');
    expect((await json('package.json')).type).toBe('commonjs');
    const { compilerOptions } = await json('tsconfig.json');
    expect(compilerOptions.verbatimModuleSyntax).toBeUndefined();
  });
});

describe('in a project that has code', () => {
  const scripts = {
    build: 'tsc',
    test: 'node --test',
    pretest: 'npm run lint',
    check: 'tsc --noEmit',
  };
  const files = { 'src/index.ts': '', 'package.json': JSON.stringify({ scripts }, null, 4) };

  it('writes settings and scripts, and no sample', async () => {
    await write(files);
    const { out, err } = await init();
    expect(await filesOf(project)).toEqual([
      '.gitattributes',
      '.github/workflows/schemas.yml',
      'package.json',
      'schemas/tavro.json',
      'src/index.ts',
    ]);
    expect((await json('schemas/tavro.json')).topics).toEqual({});
    expect((await json('package.json')).scripts).toEqual({
      ...scripts,
      codegen: 'tavro codegen',
      prebuild: REFUSE,
    });
    expect(out).toContain('keep    script pretest');
    expect(out).toContain('keep    script check');
    expect(err).toContain(`By hand: put \`${REFUSE} && \` before what the script pretest does.`);
    expect(err).toContain('npm install tavro kafkajs\n');
    expect(err).toContain('npx tavro pull --registry URL');
  });

  it('says what to do by hand for Yarn, which runs no pre-scripts', async () => {
    await write({ ...files, '.yarnrc.yml': '' });
    await write({ 'packages/events/package.json': '{}', 'packages/events/src/x.ts': '' });
    const { err } = await init();
    expect(err).toContain(
      `put \`${REFUSE} && \` before what the script build does: Yarn runs no pre-scripts.`,
    );
    const events = path('packages/events');
    expect((await tavro(['init', '--project', events])).code).toBe(0);
    const { scripts: added } = JSON.parse(await readFile(join(events, 'package.json'), 'utf8'));
    expect(Object.keys(added)).toEqual(['codegen', 'check']);
  });

  it.each<[string, object, string, string]>([
    ['Node resolution', { module: 'nodenext' }, 'js', 'generated'],
    ['a bundler', { module: 'esnext', moduleResolution: 'bundler' }, 'none', 'generated'],
    ['preserve', { module: 'preserve' }, 'none', 'generated'],
    [
      'sources that Node runs',
      { module: 'nodenext', allowImportingTsExtensions: true },
      'ts',
      'generated',
    ],
    ['one folder', { module: 'node16', rootDir: './src' }, 'js', 'src/generated'],
  ])('follows a compiler that is set for %s', async (_, compilerOptions, extension, out) => {
    await write({
      ...files,
      'tsconfig.json': `// settings\n${JSON.stringify({ compilerOptions })}`,
    });
    const { err } = await init();
    expect((await json('schemas/tavro.json')).importExtension ?? 'js').toBe(extension);
    const flag = out === 'generated' ? '' : ` --out "${out}"`;
    expect((await json('package.json')).scripts.codegen).toBe(`tavro codegen${flag}`);
    expect(err).not.toContain('tsconfig.json');
  });

  it('follows what a tsconfig.json extends, and names one that finds no entries', async () => {
    await write({
      ...files,
      'node_modules/typescript/package.json': '{ "version": "5.9.3" }',
      'base.json': '{ "extends": "./tsconfig.json", "compilerOptions": { "module": "commonjs" } }',
      'tsconfig.json': '{ "extends": "./base", "include": ["src/**/*.ts"] }',
    });
    const { err } = await init('--out', 'made');
    expect(err).toContain(
      'tsconfig.json does not find tavro\'s entries: set "module" to "nodenext".',
    );
    expect(err).toContain('tsconfig.json compiles only src: let it include made, too.');
  });

  it('adds to no .gitattributes, and prints what it lacks', async () => {
    await write({ ...files, '.gitattributes': '* text=auto\n' });
    const { out, err } = await init();
    expect(out).toContain('keep    .gitattributes');
    expect(err).toContain('.gitattributes: add\n    generated/** text eol=lf linguist-generated\n');
    expect(await read('.gitattributes')).toBe('* text=auto\n');
  });

  it('writes settings without a topic beside schemas that are there', async () => {
    await write({ ...files, 'schemas/a.avsc': '{ "type": "record", "name": "A", "fields": [] }' });
    await init('--sample');
    expect((await json('schemas/tavro.json')).topics).toEqual({});
    expect(existsSync(path('schemas/com'))).toBe(false);
  });

  it.each([
    ['server/index.js', '{ "scripts": { "start": "node server/index.js" } }'],
    ['functions/deep/a/b/handler.ts', '{}'],
    ['README.md', '{ "workspaces": ["apps/*"] }'],
    ['pnpm-workspace.yaml', '{}'],
  ])('leaves the kind of its modules alone: %s, %s', async (file, manifest) => {
    await write({ [file]: '', 'package.json': manifest });
    await init();
    expect((await json('package.json')).type).toBeUndefined();
    expect(existsSync(path('tsconfig.json'))).toBe(false);
    await init('--sample');
    expect((await json('package.json')).type).toBeUndefined();
  });

  it('takes settings of tools and what they wrote for no code', async () => {
    await write({ 'vite.config.ts': '', 'dist/a.js': '', '.yarn/b.cjs': '', 'package.json': '{}' });
    await init();
    expect(existsSync(path('src/clicks.ts'))).toBe(true);
  });

  it('puts a sample where the compiler looks, without scripts for what it compiles to', async () => {
    const compilerOptions = { module: 'nodenext', rootDir: 'src', outDir: 'dist' };
    await write({
      ...files,
      'package.json': '{}',
      'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
    });
    const { err } = await init('--sample', '--infra');
    const written = await filesOf(path('src'));
    expect(written).toEqual([
      'clicks.test.ts',
      'clicks.ts',
      'handler.ts',
      'index.ts',
      'infra/app.ts',
      'produce.ts',
      'try.ts',
    ]);
    expect(await read('src/clicks.test.ts')).toContain("from './handler.js'");
    expect(await read('src/infra/app.ts')).toContain("from '../generated/contracts.js'");
    const scripts = Object.keys((await json('package.json')).scripts);
    expect(scripts.filter((name) => ['produce', 'try', 'synth'].includes(name))).toEqual([]);
    expect(err).toContain(
      'By hand: run src/try.ts, src/produce.ts, src/infra/app.ts as you run your other programs.',
    );
    expect(err).not.toContain('npm run test');
  });

  it.each([
    ['vitest run', { vitest: '^1.0.0' }],
    ['jest', { jest: '^1.0.0' }],
    ['node --test test/', {}],
  ])('writes no test for Node beside %s', async (test, devDependencies) => {
    const manifest = { scripts: { test }, devDependencies };
    await write({ 'package.json': JSON.stringify(manifest) });
    const { err } = await init();
    expect(existsSync(path('src/clicks.ts'))).toBe(true);
    expect(existsSync(path('test'))).toBe(false);
    expect(err).not.toContain('npm run test');
    expect(err).toContain('npm run try');
  });

  it.each<[string, object, boolean]>([
    ['5.9.3', { module: 'commonjs' }, false],
    ['5.9.3', { module: 'es2022', moduleResolution: 'node' }, false],
    ['6.0.3', {}, true],
    ['6.0.3', { module: 'commonjs' }, true],
  ])('knows what TypeScript %s finds by %j', async (version, compilerOptions, finds) => {
    const typescript = { 'node_modules/typescript/package.json': JSON.stringify({ version }) };
    await write({ ...files, ...typescript, 'tsconfig.json': JSON.stringify({ compilerOptions }) });
    const { err } = await init();
    expect(err.includes("does not find tavro's entries")).toBe(!finds);
    const extension = (await json('schemas/tavro.json')).importExtension ?? 'js';
    expect(extension).toBe(finds ? 'none' : 'js');
  });

  it('follows a tsconfig.json that only names others', async () => {
    await write({
      ...files,
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
      'tsconfig.app.json': '{ "compilerOptions": { "moduleResolution": "bundler" } }',
    });
    const { err } = await init();
    expect(err).not.toContain('tsconfig.json');
    expect((await json('schemas/tavro.json')).importExtension).toBe('none');
  });

  it('keeps a byte order mark, and says what a .gitignore lacks', async () => {
    await write({ 'package.json': '\uFEFF{}', '.gitignore': 'node_modules\n' });
    const { err } = await init();
    expect((await read('package.json')).startsWith('\uFEFF{')).toBe(true);
    expect(err).toContain('By hand: .gitignore: add\n    dist/\n    cdk.out/\n');
  });

  it('quotes a folder with a blank for git', async () => {
    await write(files);
    await init('--out', 'gen code');
    expect(await read('.gitattributes')).toMatch(/^"gen code\/\*\*" text eol=lf/);
  });

  it.each(['/tmp/x', '../x'])('refuses a folder outside of it: %s', async (out) => {
    await write(files);
    expect(await init('--out', out)).toMatchObject({
      code: 2,
      err: '--out is a folder of the project, such as "events".',
    });
  });
});

it('puts the workflow of a package into the root of its repository', async () => {
  await mkdir(join(root, '.git'));
  const { out } = await init();
  expect(out).toContain('create  ../.github/workflows/schemas-shop.yml');
  const workflow = await readFile(join(root, '.github/workflows/schemas-shop.yml'), 'utf8');
  expect(workflow).toContain('working-directory: "shop"');
  expect(existsSync(path('.github'))).toBe(false);
});

it.each([
  ['package.json', '{ "packageManager": "pnpm@9.1.0" }', '', 'pnpm'],
  ['package.json', '{ "packageManager": "yarn@1.22.22" }', '', 'yarn'],
  ['pnpm-lock.yaml', '', '', 'pnpm'],
  ['yarn.lock', '# yarn lockfile v1\n', '', 'yarn'],
  ['yarn.lock', '__metadata:\n  version: 8\n', '', 'yarn'],
  ['package-lock.json', '{}', 'pnpm/9.0.0 npm/? node/v20', 'npm'],
  ['README.md', '', 'pnpm/9.0.0 npm/? node/v20', 'pnpm'],
  ['README.md', '', '', 'npm'],
])('with %s: %j, run by %j, it speaks of %s', async (file, text, userAgent, expected) => {
  await write({ [file]: text });
  const env = { npm_config_user_agent: userAgent };
  const { err } = await tavro(['init', '--project', project], { env });
  expect(err).toContain(`  ${expected} install`);
});

describe('on a terminal', () => {
  const typed = (text: string, ...more: string[]) =>
    tavro(['init', '--project', project, ...more], {
      isInteractive: true,
      stdin: Readable.from([text]),
    });

  it('asks what no flag said, then whether to write', async () => {
    const { err } = await typed('\nmaybe\ny\n\n');
    expect(err.split('\n').slice(0, 4)).toEqual([
      'Begin with a sample event, and code that sends, handles and tests it? [Y/n]',
      'Add a CDK app that deploys the pipeline to AWS? [y/N]',
      'y or n?',
      'Write this? [Y/n]',
    ]);
    expect(existsSync(path('infra/app.ts'))).toBe(true);
  });

  it.each([
    ['n\n', 'said no', 0, 'Nothing was written.'],
    [
      '',
      'went away',
      2,
      'Nothing was written: the question was not answered. `--yes` asks nothing.',
    ],
  ])('writes nothing for %j, as one %s', async (text, _, exit, said) => {
    const { code, out, err } = await typed(text, '--sample', '--no-infra');
    expect(code).toBe(exit);
    expect(out).toContain('create  package.json');
    expect(err).toBe(`Write this? [Y/n]\n${said}`);
    expect(await filesOf(project)).toEqual([]);
  });

  it('asks nothing with --yes', async () => {
    expect((await typed('', '--yes')).err).not.toContain('?');
    expect(existsSync(path('package.json'))).toBe(true);
  });
});

it('refuses a package.json that is not JSON, and writes nothing', async () => {
  await write({ 'package.json': '{ "name": ' });
  expect(await init()).toMatchObject({
    code: 1,
    err: `${path('package.json')}:1:11 is not JSON. Mend it, and run init again. Nothing was written.`,
  });
  expect(await filesOf(project)).toEqual(['package.json']);
});

it.each([
  ['[]', 'It'],
  ['null', 'It'],
  ['{ "scripts": null }', '"scripts"'],
  ['{ "scripts": [] }', '"scripts"'],
  ['{ "dependencies": "x" }', '"dependencies"'],
])('refuses a package.json that is %s', async (text, what) => {
  await write({ 'package.json': text });
  expect(await init('--sample')).toMatchObject({
    code: 1,
    err: `${path('package.json')}: ${what} must be an object. Mend it, and run init again. Nothing was written.`,
  });
});

it('refuses a tsconfig.json that is not JSON, and a file for a folder', async () => {
  await write({ 'package.json': '{}', 'tsconfig.json': '{\n  bad' });
  expect((await init()).err).toBe(
    `${path('tsconfig.json')}:2:3 is not JSON. Mend it, and run init again. Nothing was written.`,
  );
  const file = path('package.json');
  expect(await tavro(['init', '--project', file])).toMatchObject({
    code: 2,
    err: `${file} is no folder: --project takes that of package.json.`,
  });
});

it('finds tavro where a workspace has it, and leaves the settings of pnpm to the workspace', async () => {
  await mkdir(join(root, '.git'));
  await mkdir(join(root, 'node_modules', 'tavro'), { recursive: true });
  await writeFile(join(root, 'pnpm-workspace.yaml'), 'packages: [shop]\n');
  const { err } = await init('--infra');
  expect((await json('schemas/tavro.json')).$schema).toBe(
    '../../node_modules/tavro/docs/editor/tavro.schema.json',
  );
  expect(existsSync(path('pnpm-workspace.yaml'))).toBe(false);
  expect(existsSync(path('.vscode'))).toBe(false);
  expect(err).toContain('  pnpm install');
});
