/** The code of documents: TypeScript compiles, settings load, commands exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SourceText } from '../../codegen/model/source-text.js';
import { run } from '../../codegen/program.js';
import { parseConfig } from '../../codegen/project/config/config.js';
import { compile, writeScratch } from '../codegen/generated-project.js';
import { type Block, blocksOf, commandsOf, patternOf, type ShownCommand } from './blocks.js';

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

/** Programs that are not tried here, and why. */
const FOREIGN: Readonly<Record<string, string>> = {
  aws: "somebody else's, and takes an AWS account",
  git: "somebody else's, and does what it always did",
  exit: "the shell's own",
  'kafka-console-consumer.sh': "Apache Kafka's own, which takes its tools",
  'kafka-consumer-groups.sh': "Apache Kafka's own, which takes its tools",
  bash: 'runs a script of this repository, which CI runs',
  'aws-cdk': "somebody else's, and takes an AWS account; `npm run synth` is tried in test/infra",
};

/** Blocks that nothing here tries: how they begin, and who does or why nobody can. */
const ELSEWHERE: readonly (readonly [file: string, start: string, why: string])[] = [
  ['README.md', 'error field-default-missing', 'tour.test.ts has the gate say it'],
  ['README.md', 'infra/app.ts(39,9)', 'test/infra/readers.test.ts has the compiler say it'],
  [
    'docs/topics.md',
    'infra/app.ts(39,9)',
    'test/infra/several-types.test.ts has the compiler say it of types of its own',
  ],
  ['docs/compatibility.md', '# Refuses generated code', 'readme.test.ts: it is what init writes'],
  [
    'docs/projects.md',
    '// jest.config.js',
    'readme.test.ts: it is what test/first-hour runs Jest by',
  ],
  ['docs/observing.md', '{"_aws"', 'observing-page.test.ts has embeddedMetrics write it'],
  ['docs/runbook.md', 'security.protocol', "settings of Kafka's tools"],
  [
    'docs/consuming.md',
    'terminationGracePeriodSeconds',
    "Kubernetes's; the probes are those of examples/service, which test/examples asks",
  ],
  ['docs/architecture.md', '.avsc, .avpr', 'a drawing; the rooms in it are held to rooms.ts'],
  [
    'docs/rules.md',
    'writer: ',
    'printed from the rules, of which rules.test.ts tries each example',
  ],
  ['docs/rules.md', 'schema: ', 'printed likewise'],
  ['docs/rules.md', 'found: ', 'printed likewise; project-fixes.test.ts brings each about'],
];

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
  const program = first === 'npx' && second === '-y' ? rest[0]?.split('@')[0] : first;
  if (program !== undefined && Object.hasOwn(FOREIGN, program)) return undefined;
  if (first === 'npm') {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    if (second === 'ci' || second === 'i') return undefined;
    const name = second === 'run' ? (rest.find((word) => !word.startsWith('-')) ?? '') : second;
    return Object.hasOwn(scripts, name) ? undefined : `package.json has no script ${name}`;
  }
  if (first === 'npx' && second === 'tavro') {
    const [command = '', ...flags] = rest;
    const help = await helpOf([command]);
    if (!help.startsWith(`Usage: tavro ${command} `)) return `tavro has no command ${command}`;
    const unknown = flags.filter((word) => word.startsWith('--') && !help.includes(`${word} `));
    return unknown.length === 0 ? undefined : `tavro ${command} has no ${unknown.join(', ')}`;
  }
  return `what runs ${first} is not known here`;
}

describe('blocks of documents', () => {
  it('are all tried, here or elsewhere', () => {
    const tried = new Set(['ts', 'json', 'sh']);
    const others = BLOCKS.filter(({ language }) => !tried.has(language));
    const rowOf = ({ file, text }: Block) =>
      ELSEWHERE.find(([of, start]) => of === file && text.trimStart().startsWith(start));
    const untried = others.filter((block) => rowOf(block) === undefined);
    expect(untried.map(({ file, line, language }) => `${file}:${line} ${language}`)).toEqual([]);
    const used = new Set(others.map(rowOf));
    expect(ELSEWHERE.filter((row) => !used.has(row))).toEqual([]);
  });

  it('in TypeScript compile, with the generated code that they import', async () => {
    const blocks = inLanguage('ts');
    // Not the sample's own, which people edit.
    const frozen = join(ROOT, 'test', 'frozen', 'generated');
    const generated = readdirSync(frozen, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({
        path: `generated/${path}`,
        text: readFileSync(join(frozen, path), 'utf8'),
      }));
    const files = blocks.map(({ file, line, text }) => ({
      path: `${file.replaceAll(/[/.]/g, '-')}-${line}.ts`,
      text,
    }));
    expect(blocks.length).toBeGreaterThan(0);
    // aws-cdk-lib's own declarations do not compile under the strictest flag.
    const stacks = files.filter(({ text }) => text.includes("'tavro/infra'"));
    const others = files.filter((file) => !stacks.includes(file));
    for (const [some, exactOptionalPropertyTypes] of [
      [others, true],
      [stacks, false],
    ] as const) {
      const folder = await writeScratch('docs-blocks', [...generated, ...some]);
      // A document shows values without using them, and exports without annotating them.
      const shown = { noUnusedLocals: false, isolatedDeclarations: false, declaration: false };
      const options = { ...shown, exactOptionalPropertyTypes, target: 'es2023' };
      expect(await compile(folder, 'typescript', options)).toEqual([]);
    }
  });

  it.each(inLanguage('json').map((block) => [`${block.file}:${block.line}`, block] as const))(
    'in JSON are settings that load: %s',
    (name, { text }) => {
      expect(() => parseConfig(new SourceText(name, text))).not.toThrow();
    },
  );

  it('in shell run what there is', async () => {
    const commands = inLanguage('sh').flatMap(commandsOf);
    const complaints: string[] = [];
    // One by one: Jest cannot link one module for two imports at a time.
    for (const command of commands) {
      const what = await complaint(command);
      if (what !== undefined) complaints.push(`${command.file}:${command.line} ${what}`);
    }
    expect(commands.length).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['npx tavro chekc', 'tavro has no command chekc'],
    ['npx tavro check --again lock', 'tavro check has no --again'],
    ['npm run -s chekc', 'package.json has no script chekc'],
    ['rm -rf .', 'what runs rm is not known here'],
    ['npm tset', 'package.json has no script tset'],
    ['npx tavro check --against lock', undefined],
    ['npx -y aws-cdk@2.0.0 deploy', undefined],
    ['npm ci', undefined],
  ])('are judged: %s', async (command, expected) => {
    const words = command.split(' ');
    expect(await complaint({ file: 'x.md', line: 1, words })).toBe(expected);
  });
});

it('takes what a line leaves out for anything', () => {
  expect('error a.b  at (c)').toMatch(patternOf('  error a.b … (c)'));
  expect('error axb  at (c)').not.toMatch(patternOf('error a.b … (c)'));
  expect('error a.b  at (d)').not.toMatch(patternOf('error a.b … (c)'));
});

it('finds fences, and one that nothing closes', () => {
  expect(blocksOf('x.md', 'a\n```ts\nb;\nc;\n```\nd\n')).toEqual([
    { file: 'x.md', line: 2, language: 'ts', text: 'b;\nc;\n' },
  ]);
  expect(() => blocksOf('x.md', '```ts\nb;\n')).toThrow('x.md:1: nothing closes this block.');
});
