/** `tavro init` in projects that have code, a compiler, a workspace: nothing that is there changes. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  filesOf,
  init,
  json,
  path,
  project,
  REFUSE,
  read,
  root,
  tavro,
  write,
} from './init-folder.js';

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

  it.each(['/elsewhere', '../elsewhere'])('refuses a folder outside of it: %s', async (out) => {
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

it('writes a stack without consumers where there is no sample, and says to install', async () => {
  await write({ 'package.json': '{}', 'src/index.ts': '' });
  const { err } = await init('--infra');
  expect(await read('infra/app.ts')).toContain('\n  consumers: {},\n');
  expect(existsSync(path('cdk.json'))).toBe(false);
  expect(err).toContain('\n  npm install\n');
});

it('reads files that extend each other in a circle, or twice, once', async () => {
  const twice = '"extends": ["./b.json", "./b.json", "./b.json"]';
  await write({
    'package.json': '{}',
    'tsconfig.json': `{ ${twice}, "compilerOptions": { "module": "preserve" } }`,
    'b.json': `{ ${twice.replaceAll('b.json', 'tsconfig.json')}, "compilerOptions": { "rootDir": "src" } }`,
  });
  await init();
  expect((await json('schemas/tavro.json')).importExtension).toBe('none');
  expect((await json('package.json')).scripts.codegen).toContain('src/generated');
});
