/** The command line as a whole: what it offers, and that each command is one file. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
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
  const listed = [...out.matchAll(/^ {2}([a-z]+) \[/gm)].map(([, name]) => name);
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

describe('a folder without a name is a wrong command line', () => {
  it.each(COMMANDS)('of %s, if it takes one', async (name) => {
    const takesFolder = (await tavro(name, '--help')).out.includes('--schemas <folder>');
    const { exit, err } = await tavro(name, '--schemas', '');
    expect(exit).toBe(EXIT.usage);
    expect(err).toContain(takesFolder ? 'A folder is needed.' : "unknown option '--schemas'");
  });
});
