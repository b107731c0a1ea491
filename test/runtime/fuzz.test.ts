import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { generateFiles } from '../../codegen/emit/generate.js';
import { Project } from '../../codegen/emit/project.js';
import { loadProject } from '../../codegen/project/load.js';
import { bundleCodecs } from '../codegen/generated-project.js';
import { currentSeed } from '../seeds/current.js';

/** Mutated messages: most of a minute's worth in CI, and as many by hand as wanted. */
const MESSAGES = process.env.TAVRO_TEST_FUZZ ?? (process.env.CI ? '1000000' : '40000');
/** Heap of the process that decodes, in MiB: a message that made it allocate at will would end it. */
const HEAP_MIB = 64;
/** Generous: this stops a decoder that hangs, it measures nothing. */
const TIMEOUT_MS = 60_000 + Number(MESSAGES);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it(
  'answers damaged messages of all sample schemas with a value or a code, in little memory',
  async () => {
    const folders = ['schemas', 'bench/schemas', 'test/codegen/golden/schemas'];
    const projects = await Promise.all(
      folders.map(async (folder) => {
        const { model, config, topics } = await loadProject(`${ROOT}${folder}`);
        return {
          project: new Project(model, config.emit),
          files: generateFiles(model, topics, config.emit),
        };
      }),
    );
    const bundle = await bundleCodecs('fuzz', projects);
    const args = [
      `--max-old-space-size=${HEAP_MIB}`,
      '--conditions=tavro-source',
      '--import=tsx',
      fileURLToPath(new URL('child/fuzz.ts', import.meta.url)),
      bundle,
      String(currentSeed()),
      MESSAGES,
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: ROOT,
      timeout: TIMEOUT_MS,
    });
    const { codecs, counts } = JSON.parse(stdout);
    expect(codecs).toBeGreaterThan(20);
    // The mutations do reach the checks, and do not always trip them.
    const reached = [
      'read',
      'TRUNCATED',
      'TRAILING_BYTES',
      'VARINT',
      'BOOLEAN',
      'INDEX',
      'UTF8',
      'LENGTH',
    ];
    for (const outcome of reached) {
      expect(counts[outcome === 'read' ? outcome : `AVRO_${outcome}`]).toBeGreaterThan(10);
    }
  },
  TIMEOUT_MS,
);
