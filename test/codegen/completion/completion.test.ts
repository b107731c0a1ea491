/** Scripts that shells complete the command line by: as text, and in the shells that are here. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command, Option } from 'commander';
import { bashScript } from '../../../codegen/completion/bash.js';
import { fishScript } from '../../../codegen/completion/fish.js';
import { programSpec } from '../../../codegen/completion/spec.js';
import { zshScript } from '../../../codegen/completion/zsh.js';
import { EXIT } from '../../../codegen/context.js';
import { run } from '../../../codegen/program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tavro completion-'));
  mkdirSync(join(folder, 'schemas here'));
  writeFileSync(join(folder, 'clicks one.avro'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function script(shell: string): Promise<string> {
  const out: string[] = [];
  const exit = await run(['completion', shell], {
    out: (text) => out.push(text),
    err: (text) => out.push(text),
    env: {},
    signal: new AbortController().signal,
  });
  expect(exit).toBe(EXIT.clean);
  return out.join('\n');
}

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined;

describe('bash', () => {
  /** What bash would offer: the words, of which the last is being typed, as bash splits them. */
  async function offered(...words: readonly string[]): Promise<string[]> {
    const code = `${await script('bash')}
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _tavro
      if [ \${#COMPREPLY[@]} -gt 0 ]; then printf '%s\\n' "\${COMPREPLY[@]}"; fi`;
    const said = execFileSync('bash', ['--norc', '-c', code, 'bash', 'tavro', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    return said.split('\n').filter((line) => line !== '');
  }

  it.each<[readonly string[], readonly string[]]>([
    [['c'], ['codegen', 'check', 'compare', 'completion']],
    [['--v'], ['--version']],
    [
      ['check', '--f'],
      ['--format', '--fix'],
    ],
    [['check', '--format', 's'], ['sarif']],
    [
      ['plan', '--against', ''],
      ['lock', 'git', 'registry'],
    ],
    [
      ['check', '--format', '=', 'j'],
      ['json', 'junit'],
    ],
    [
      ['check', '--format', '='],
      ['text', 'compact', 'json', 'github', 'sarif', 'junit', 'gitlab', 'markdown'],
    ],
    [['--version', 'plan', '--ag'], ['--against']],
    [['check', '--schemas', ''], ['schemas here']],
    [['decode', 'c'], ['clicks one.avro']],
    [['decode', '--limit', ''], []],
    [['codegen', 'c'], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', '--help'],
    ],
    [
      ['help', 'pu'],
      ['publish', 'pull'],
    ],
  ])('offers for %j %j', async (words, want) => {
    expect(await offered(...words)).toEqual(want);
  });

  it('knows every command', async () => {
    const names = await offered('');
    expect(names).toEqual(expect.arrayContaining(['init', 'codegen', 'registry', 'help']));
  });
});

it.each(['bash', 'zsh', 'fish'])('%s: the whole script', async (shell) => {
  expect(await script(shell)).toMatchSnapshot();
});

it('zsh takes it, where zsh is', async () => {
  const text = await script('zsh');
  if (!isInstalled('zsh')) return;
  const stub = 'compdef() { print "$1 $2"; }';
  const said = execFileSync('zsh', ['-f', '-c', `${stub}\n${text}`], { encoding: 'utf8' });
  expect(said).toBe('_tavro tavro\n');
});

it('fish offers what bash does, with words on it, where fish is', async () => {
  const text = await script('fish');
  if (!isInstalled('fish')) return;
  const offered = (line: string): string[] =>
    execFileSync('fish', ['--no-config', '-c', `${text}\ncomplete -C '${line}'`], {
      encoding: 'utf8',
      cwd: folder,
    })
      .trim()
      .split('\n');
  expect(offered('tavro check --f')).toEqual([
    '--fix\tmend what is mechanical first',
    '--format\tformat',
  ]);
  expect(offered('tavro rules --format j')).toEqual(['json\tformat']);
  expect(offered('tavro help pu')).toEqual(['publish', 'pull']);
});

it('another shell is a wrong command line that names these', async () => {
  const err: string[] = [];
  const exit = await run(['completion', 'tcsh'], {
    out: () => undefined,
    err: (text) => err.push(text),
    env: {},
    signal: new AbortController().signal,
  });
  expect([exit, ...err]).toEqual([
    EXIT.usage,
    "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
    '(--help lists what there is)',
  ]);
});

it('a quote, a bracket or a colon of a description stays text', () => {
  const program = new Command('tavro').addCommand(
    new Command('it')
      .description("it's: \\ one")
      .addOption(new Option('--x <url>', "a [b]: it's \\")),
  );
  const spec = programSpec(program);
  expect(zshScript(spec)).toContain(`'it:it'\\''s\\: \\ one'`);
  expect(zshScript(spec)).toContain(`'--x[a \\[b\\]\\: it'\\''s \\\\]:url: '`);
  expect(fishScript(spec)).toContain(`-l x -x -d 'a [b]: it\\'s \\\\'`);
  expect(bashScript(spec)).toContain("it) words='--x --help' ;;");
});

it('choices are plain words, which no script has to quote', async () => {
  const text = await script('bash');
  for (const [, words = ''] of text.matchAll(/words='(.*?)'/g))
    expect(words).toMatch(/^[\w\s.-]*$/);
});
