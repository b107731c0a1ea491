/** Each misuse is a compile error that stands where it is, and whose first line says what is wrong. */
import { beforeAll, expect, it } from '@jest/globals';
import { compile, writeScratch } from '../codegen/generated-project.js';
import { OF_CONSUMERS } from './misuse/consumers.js';
import { OF_MESSAGES } from './misuse/messages.js';
import { OF_OPTIONS } from './misuse/options.js';
import { PRELUDE } from './misuse/prelude.js';

const MISUSES = [...OF_MESSAGES, ...OF_OPTIONS, ...OF_CONSUMERS];

const LINE = /^case-(\d+)\.ts\((\d+),(\d+)\): error TS\d+: (.*)$/;

/** By mistake: the first lines of the compiler's messages. */
const said = new Map<string, string[]>();

function exported(module: string): readonly (string | undefined)[] {
  const declared = module.matchAll(/^export (?:declare )?const (\w+)/gm);
  const passedOn = module.matchAll(/^export \{ (.*) \};/gm);
  return [...declared, ...passedOn].map(([, names]) => names);
}

beforeAll(async () => {
  const own = `import { ${exported(PRELUDE).join(', ')} } from './prelude.js';`;
  const files = MISUSES.map(([, code], index) => ({
    path: `case-${index}.ts`,
    text: `${own}\nexport const misused = (): unknown =>\n${code};\n`,
  }));
  const folder = await writeScratch('misuse', [{ path: 'prelude.ts', text: PRELUDE }, ...files]);
  const flags = { noUnusedLocals: false, isolatedDeclarations: false, declaration: false };
  for (const line of await compile(folder, 'typescript', { ...flags, target: 'es2023' })) {
    const [, index, row, column, message] = LINE.exec(line) ?? [];
    const misuse = MISUSES[Number(index)];
    // What follows, further in, explains.
    if (misuse === undefined && line.startsWith(' ')) continue;
    if (misuse === undefined || row !== '3') throw new Error(line);
    const [mistake, code] = misuse;
    const [at] = /^\w+|./.exec(code.slice(Number(column) - 1)) ?? [];
    said.set(mistake, [...(said.get(mistake) ?? []), `${at}: ${message}`]);
  }
}, 120_000);

it.each(MISUSES)('%s: %s', (mistake, _, says) => {
  expect(said.get(mistake)).toEqual([says]);
});
