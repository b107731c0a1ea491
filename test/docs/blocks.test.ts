/** The code of documents: TypeScript compiles, settings load, commands exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SourceText } from '../../codegen/model/source-text.js';
import { run } from '../../codegen/program.js';
import { parseConfig } from '../../codegen/project/config/config.js';
import { compile, writeScratch } from '../codegen/generated-project.js';
import { type Block, blocksOf, commandsOf, type ShownCommand } from './blocks.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'bench/README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll('\\', '/')}`),
];
const BLOCKS = DOCUMENTS.flatMap((file) => blocksOf(file, readFileSync(join(ROOT, file), 'utf8')));

function inLanguage(language: string): Block[] {
  return BLOCKS.filter((block) => block.language === language);
}

/** What somebody else's program does cannot be tried here; that it is meant must be said here. */
const FOREIGN = new Set(['git', 'aws']);

async function helpOf(words: readonly string[]): Promise<string> {
  const lines: string[] = [];
  await run([...words, '--help'], {
    out: (text) => lines.push(text),
    err: () => {},
    env: {},
    signal: new AbortController().signal,
  });
  return lines.join('\n');
}

/** What is wrong with a command that a document shows; nothing when it can be typed. */
async function complaint({ words }: ShownCommand): Promise<string | undefined> {
  const [first = '', second = '', ...rest] = words;
  if (FOREIGN.has(first) || words.some((word) => word.startsWith('aws-cdk@'))) return undefined;
  if (first === 'npm') {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    if (second !== 'run') return undefined;
    const name = rest.find((word) => !word.startsWith('-')) ?? '';
    return Object.hasOwn(scripts, name) ? undefined : `package.json has no script ${name}`;
  }
  if (first === 'npx' && second === 'tavro') {
    const [command = '', ...flags] = rest;
    const help = await helpOf([command]);
    if (!help.startsWith(`Usage: tavro ${command} `)) return `tavro has no command ${command}`;
    const unknown = flags.filter((word) => word.startsWith('--') && !help.includes(`${word} `));
    return unknown.length === 0 ? undefined : `tavro ${command} has no ${unknown.join(', ')}`;
  }
  return first === 'exit' || first === 'bash' ? undefined : `what runs ${first} is not known here`;
}

describe('blocks of documents', () => {
  it('say what language they are in', () => {
    const known = new Set(['ts', 'json', 'sh', 'yaml', 'text']);
    const others = BLOCKS.filter(({ language }) => !known.has(language));
    expect(others.map(({ file, line, language }) => `${file}:${line} ${language}`)).toEqual([]);
  });

  it('in TypeScript compile, with the generated code that they import', async () => {
    const blocks = inLanguage('ts');
    const generated = readdirSync(join(ROOT, 'generated'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({
        path: `generated/${path}`,
        text: readFileSync(join(ROOT, 'generated', path), 'utf8'),
      }));
    const files = blocks.map(({ file, line, text }) => ({
      path: `${file.replaceAll(/[/.]/g, '-')}-${line}.ts`,
      text,
    }));
    expect(blocks.length).toBeGreaterThan(0);
    const folder = await writeScratch('docs-blocks', [...generated, ...files]);
    // A document shows values without using them, and exports without annotating them.
    const shown = { noUnusedLocals: false, isolatedDeclarations: false, declaration: false };
    expect(await compile(folder, 'typescript', { ...shown, target: 'es2023' })).toEqual([]);
  });

  it.each(inLanguage('json').map((block) => [`${block.file}:${block.line}`, block] as const))(
    'in JSON are settings that load: %s',
    (name, { text }) => {
      expect(() => parseConfig(new SourceText(name, text))).not.toThrow();
    },
  );

  it('in shell run what there is', async () => {
    const commands = inLanguage('sh').flatMap(commandsOf);
    const complaints = await Promise.all(
      commands.map(async (command) => {
        const what = await complaint(command);
        return what === undefined ? [] : [`${command.file}:${command.line} ${what}`];
      }),
    );
    expect(commands.length).toBeGreaterThan(0);
    expect(complaints.flat()).toEqual([]);
  });

  it.each([
    ['npx tavro chekc', 'tavro has no command chekc'],
    ['npx tavro check --again lock', 'tavro check has no --again'],
    ['npm run -s chekc', 'package.json has no script chekc'],
    ['rm -rf .', 'what runs rm is not known here'],
    ['npx tavro check --against lock', undefined],
  ])('are judged: %s', async (command, expected) => {
    const words = command.split(' ');
    expect(await complaint({ file: 'x.md', line: 1, words })).toBe(expected);
  });
});

it('finds fences, and one that nothing closes', () => {
  expect(blocksOf('x.md', 'a\n```ts\nb;\nc;\n```\nd\n')).toEqual([
    { file: 'x.md', line: 2, language: 'ts', text: 'b;\nc;\n' },
  ]);
  expect(() => blocksOf('x.md', '```ts\nb;\n')).toThrow('x.md:1: nothing closes this block.');
});
