/** `tavro init` in folders that are new or broken. What it leaves works: see test/first-hour. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { INFRA_PACKAGES, PACKAGES } from '../../../codegen/scaffold/package-json.js';
import { filesOf, init, json, path, project, read, tavro, write } from './init-folder.js';

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
    ['', 'went away', 2, 'Nothing was done: the question was not answered. `--yes` asks nothing.'],
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

it('asks for the versions that this package is made for', async () => {
  const manifest = JSON.parse(
    await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  const own = { ...manifest.devDependencies, ...manifest.peerDependencies };
  const { typescript: _, ...held } = {
    ...PACKAGES.dependencies,
    ...PACKAGES.devDependencies,
    ...INFRA_PACKAGES,
  };
  // TypeScript 7 has no plug-in for Yarn's Plug'n'Play.
  const expected = Object.keys(held).map((name) => [name, own[name]]);
  expect(held).toEqual(Object.fromEntries(expected));
});

it.each([
  ['yarn', '{}', 'corepack use yarn@stable'],
  ['pnpm', '{}', 'corepack use pnpm@latest'],
  ['yarn', '{ "packageManager": "yarn@4.9.0" }', undefined],
  ['npm', '{}', undefined],
  ['yarn-classic', '{}', undefined],
])('with %s and %s says how the workflow knows the version: %s', async (manager, text, use) => {
  await write({ 'package.json': text });
  const { err } = await init('--manager', manager);
  expect(err.includes('corepack')).toBe(use !== undefined);
  if (use !== undefined)
    expect(err).toContain(`By hand: \`${use}\` writes which version the workflow is to take.`);
});
