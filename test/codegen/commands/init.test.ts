/** `tavro init` in projects that are new, half set up, or broken. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { run } from '../../../codegen/program.js';

let project = '';

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'tavro-init-'));
});

afterEach(() => rm(project, { recursive: true, force: true }));

async function tavro(...argv: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(argv, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    env: {},
    signal: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const init = (...more: string[]) => tavro('init', '--project', project, ...more);
const path = (name: string) => join(project, name);
const scriptsOf = async () => JSON.parse(await readFile(path('package.json'), 'utf8')).scripts;

it('gives a new project a schema, a topic and scripts, from which codegen runs', async () => {
  await writeFile(path('package.json'), '{\n\t"name": "shop"\n}\n');
  const { code, out } = await init();
  expect([code, out.split('\n').length]).toEqual([0, 7]);
  expect(await readFile(path('package.json'), 'utf8')).toMatch(
    /^\{\n\t"name": "shop",\n\t"scripts": \{\n\t\t"codegen": "tavro codegen",\n[\s\S]*\}\n$/,
  );
  const refuse = 'tavro codegen --check';
  expect(await scriptsOf()).toEqual({
    codegen: 'tavro codegen',
    check: 'tavro check',
    prebuild: refuse,
    pretest: refuse,
    presynth: refuse,
  });
  const folders = ['--schemas', path('schemas'), '--out', path('generated')];
  expect((await tavro('codegen', ...folders, '--check')).code).toBe(100);
  expect((await tavro('codegen', ...folders)).code).toBe(0);
  expect((await tavro('codegen', ...folders, '--check')).code).toBe(0);
  expect(existsSync(path('generated/com/example/events/UserClick.ts'))).toBe(true);
});

it('changes nothing when run again', async () => {
  await writeFile(path('package.json'), '{}');
  await init();
  const before = await readFile(path('package.json'), 'utf8');
  expect(await init()).toMatchObject({ code: 0, out: '' });
  expect(await readFile(path('package.json'), 'utf8')).toBe(before);
});

it('keeps scripts that are there, and says what to put before them', async () => {
  const scripts = { build: 'tsc', pretest: 'npm run lint', check: 'tsc --noEmit' };
  await writeFile(path('package.json'), JSON.stringify({ scripts }, null, 4));
  const { out, err } = await init('--out', 'src/generated');
  expect(await scriptsOf()).toMatchObject({
    ...scripts,
    prebuild: 'tavro codegen --check --out "src/generated"',
  });
  expect(out).toContain('kept     script pretest');
  expect(err).toContain(
    'put `tavro codegen --check --out "src/generated" && ` before what pretest does',
  );
});

it('says what to do by hand for Yarn, which runs no pre-scripts', async () => {
  await writeFile(path('package.json'), '{}');
  await writeFile(path('.yarnrc.yml'), '');
  const workspace = join(project, 'packages', 'events');
  await mkdir(workspace, { recursive: true });
  await writeFile(join(workspace, 'package.json'), '{}');
  for (const folder of [project, workspace]) {
    const { err } = await tavro('init', '--project', folder);
    expect(err).toContain('put `tavro codegen --check && ` before what build, test and synth do');
    const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    expect(Object.keys(scripts)).toEqual(['codegen', 'check']);
  }
});

it('writes no sample beside schemas that are there', async () => {
  await writeFile(path('package.json'), '{}');
  await init();
  await rm(path('schemas/tavro.json'));
  await init();
  expect(existsSync(path('schemas/tavro.json'))).toBe(false);
});

it.each([
  ['no package.json', undefined, 2, /There is no .*package\.json/],
  ['one that is not JSON', '{ "name": ', 1, /package\.json is not JSON/],
])('refuses %s', async (_, text, code, message) => {
  if (text !== undefined) await writeFile(path('package.json'), text);
  const ran = await init();
  expect(ran).toMatchObject({ code, err: expect.stringMatching(message) });
  expect(existsSync(path('schemas'))).toBe(false);
});
