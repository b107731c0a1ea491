/** The command line as a whole: what it offers, and that each command is one file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { HOMEPAGE } from '../../codegen/command-line.js';
import { EXIT } from '../../codegen/context.js';
import { run } from '../../codegen/program.js';

const COMMANDS = readdirSync(new URL('../../codegen/commands', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();

async function tavro(...argv: string[]): Promise<{ exit: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const exit = await run(argv, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    env: {},
    signal: new AbortController().signal,
  });
  return { exit, out: out.join('\n'), err: err.join('\n') };
}

it('lists a command for each file of its folder, and none besides', async () => {
  const { exit, out } = await tavro('--help');
  expect(exit).toBe(EXIT.clean);
  expect(out).toMatchSnapshot();
  const listed = [...out.matchAll(/^ {2}([a-z]+) [[<]/gm)].map(([, name]) => name);
  expect(listed.filter((name) => name !== 'help').sort()).toEqual(COMMANDS);
});

it.each(COMMANDS)('%s: its file exports what the program lists, and nothing else', async (name) => {
  const file = new URL(`../../codegen/commands/${name}.ts`, import.meta.url);
  expect(Object.keys(await import(file.href))).toEqual([`${name}Command`]);
});

it.each(COMMANDS)('%s --help', async (name) => {
  const { exit, out } = await tavro(name, '--help');
  expect(exit).toBe(EXIT.clean);
  expect(out).toMatchSnapshot();
});

describe('below its options a command has', () => {
  it.each(['', ...COMMANDS])('%s: two or three examples that it takes', async (name) => {
    const { out } = await tavro(...(name === '' ? [] : [name]), '--help');
    const [, block = ''] = /\nExamples:\n((?: {2}.+\n)+)/.exec(out) ?? [];
    const examples = block.split('\n').filter((line) => line !== '');
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect(examples.length).toBeLessThanOrEqual(3);
    for (const example of examples) {
      expect(example).toMatch(new RegExp(`^ {2}npx tavro ${name}`));
      const [, command = ''] = /^ {2}npx tavro (\w+)/.exec(example) ?? [];
      const help = (await tavro(command, '--help')).out;
      for (const [option] of example.matchAll(/--[\w-]+/g)) expect(help).toContain(`  ${option}`);
    }
  });

  it.each(['', ...COMMANDS])('%s: a page of the package, and where that is', async (name) => {
    const { out } = await tavro(...(name === '' ? [] : [name]), '--help');
    const [, page = '', home] = /\nMore: (\S+) in the package, (\S+)$/.exec(out) ?? [];
    expect(existsSync(new URL(`../../${page}`, import.meta.url))).toBe(true);
    expect(page).toMatch(/^(docs\/.+|README)\.md$/);
    expect(home).toBe(HOMEPAGE);
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(manifest).homepage).toBe(HOMEPAGE);
  });
});

describe('help', () => {
  it('of a command is its --help, also behind the dashes that npm hands on', async () => {
    const want = await tavro('check', '--help');
    expect(want.exit).toBe(EXIT.clean);
    for (const argv of [
      ['help', 'check'],
      ['check', '--', '--help'],
      ['check', '--', '-h'],
      ['--', 'check', '--help'],
    ])
      expect(await tavro(...argv)).toEqual(want);
    // A command with arguments: only help is no file.
    expect(await tavro('decode', '--', '--help')).toEqual(await tavro('decode', '--help'));
    expect((await tavro('fingerprint', '--', '--none.avsc')).err).toMatch(/^--none\.avsc cannot/);
  });

  it('of help is that of the program', async () => {
    const want = await tavro('--help');
    for (const argv of [
      ['help'],
      ['help', '--help'],
      ['help', 'help'],
      ['--', '--help'],
      ['--', 'help'],
    ])
      expect(await tavro(...argv)).toEqual(want);
  });
});

describe('what is misspelt', () => {
  it.each([
    [['chek'], "unknown command 'chek'\n(Did you mean check?)"],
    [['chek', '--help'], "unknown command 'chek'\n(Did you mean check?)"],
    [['help', 'pubish'], "unknown command 'pubish'\n(Did you mean publish?)"],
    [['something'], "unknown command 'something'"],
    [['check', '--formt', 'json'], "unknown option '--formt'\n(Did you mean --format?)"],
    [['codegen', '--', '--chek'], "unknown option '--chek'\n(Did you mean --check?)"],
    [['--', 'chek'], "unknown command 'chek'\n(Did you mean check?)"],
    [['--vers'], "unknown option '--vers'\n(Did you mean --version?)"],
  ])('%j is told with the nearest', async (argv, message) => {
    expect(await tavro(...argv)).toEqual({
      exit: EXIT.usage,
      out: '',
      err: `error: ${message}\n(--help lists what there is)`,
    });
  });
});

it.each([
  ['check', '--registry', 'http://me:pa55@localhost:8081'],
  ['check', '--against', 'registry', '--registry=http://localhost:8081'],
  ['plan', '--registry', 'http://localhost:8081'],
])('%s %s says where the registry stands', async (...argv) => {
  const err = 'Write --against registry:URL in place of --registry URL.';
  expect(await tavro(...argv)).toEqual({ exit: EXIT.usage, out: '', err });
});

describe('a folder without a name is a wrong command line', () => {
  it.each(COMMANDS)('of %s, if it takes one', async (name) => {
    const takesFolder = (await tavro(name, '--help')).out.includes('--schemas <folder>');
    const { exit, err } = await tavro(name, '--schemas', '');
    expect(exit).toBe(EXIT.usage);
    expect(err).toContain(takesFolder ? 'A folder is needed.' : "unknown option '--schemas'");
  });
});
