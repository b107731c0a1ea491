/** Runs the fuzzer in a process of its own. By hand, many inputs: `npm run fuzz`. */

import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { generateFiles } from '../../codegen/emit/generate.js';
import { Project } from '../../codegen/emit/project.js';
import { loadProject } from '../../codegen/project/load.js';
import { typesOf } from '../bounds/shapes.js';
import { bundleCodecs, generate } from '../codegen/generated-project.js';
import { SEED } from '../seeds/seed.mjs';

export interface FuzzInput {
  /** `damaged`: every message is mutated. `round-trips`: most are not, and are encoded again. */
  readonly mode: 'damaged' | 'round-trips';
  readonly messages: number;
  readonly seed: number;
  /** Heap of the process that decodes, in MiB: a message that made it allocate at will would end it. */
  readonly heapMib: number;
}

export interface Fuzzed {
  readonly codecs: number;
  /** How often each outcome was: `read`, `again` (read, written and read), or a code. */
  readonly counts: Readonly<Record<string, number>>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['schemas', 'bench/schemas', 'test/codegen/golden/schemas'];
/** Shapes with much that takes no bytes, as deep as their values are still few. */
const SHAPES = [
  'fields of records of null',
  'a field and an array of it, without bytes',
  'circles',
];
const SHAPE_DEPTH = 6;

/** Generous: this stops a decoder that hangs, it measures nothing. */
export function timeoutMs(messages: number): number {
  return 120_000 + messages;
}

/** Fuzzes the codecs of all sample schemas. Rejects when an outcome is neither a value nor a code. */
export async function fuzz({ mode, messages, seed, heapMib }: FuzzInput): Promise<Fuzzed> {
  const projects = await Promise.all(
    FOLDERS.map(async (folder) => {
      const { model, config, topics } = await loadProject(`${ROOT}${folder}`);
      return {
        project: new Project(model, config.emit),
        files: generateFiles(model, topics, config.emit),
      };
    }),
  );
  const shapes = SHAPES.map((shape) => generate([...typesOf(shape, SHAPE_DEPTH)]));
  const bundle = await bundleCodecs(`fuzz-${mode}`, [...projects, ...shapes]);
  const args = [
    `--max-old-space-size=${heapMib}`,
    '--conditions=tavro-source',
    '--import=tsx',
    fileURLToPath(new URL('child/fuzz.ts', import.meta.url)),
    bundle,
    String(seed),
    String(messages),
    mode,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: ROOT,
    timeout: timeoutMs(messages),
  });
  return JSON.parse(stdout);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [messages = '3000000', seed = String(SEED)] = process.argv.slice(2);
  const input = { messages: Number(messages), seed: Number(seed), heapMib: 256 };
  const { codecs, counts } = await fuzz({ mode: 'round-trips', ...input });
  console.log(`${messages} messages from seed ${seed}, ${codecs} codecs, a heap of 256 MiB:`);
  for (const [outcome, count] of Object.entries(counts).sort(([, a], [, b]) => b - a))
    console.log(`${outcome.padEnd(22)}${count}`);
}
