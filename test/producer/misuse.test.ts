/** Each misuse is a compile error that stands where it is, and whose first line says what is wrong. */
import { beforeAll, expect, it } from '@jest/globals';
import { compile, writeScratch } from '../codegen/generated-project.js';
import { MISUSES, PRELUDE } from './misuse.js';

const LINE = /^case-(\d+)\.ts\((\d+),(\d+)\): error TS\d+: (.*)$/;

/** By mistake: the first lines of the compiler's messages. */
const said = new Map<string, string[]>();

beforeAll(async () => {
  const names = [...PRELUDE.matchAll(/^export (?:declare )?const (\w+)/gm)].map(([, name]) => name);
  const own = `import { ${names.join(', ')}, createProducer, kafkajsTransport, manualClock, MemoryBroker, testProducer } from './prelude.js';`;
  const files = MISUSES.map(({ code }, index) => ({
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
    const [at] = /^\w+|./.exec(misuse.code.slice(Number(column) - 1)) ?? [];
    const { mistake } = misuse;
    said.set(mistake, [...(said.get(mistake) ?? []), `${at}: ${message}`]);
  }
}, 120_000);

it.each(MISUSES)('$mistake', ({ mistake, says }) => {
  expect(said.get(mistake)).toEqual([says]);
});
