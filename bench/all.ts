/**
 * `npm run bench`: all benchmarks, one after the other, each of which rewrites its tables in README.md.
 * `--quick` for a first look, which is not written; `--only codec,gate` for some. One that fails is
 * told, and the others run; the exit code is 1 then.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { today } from './report/machine.js';
import { flag, namesIn, readOptions } from './report/options.js';

/** The shortest first. The producer needs Java and Maven for its Kafka, and is left out where it fails. */
const BENCHMARKS = [
  'size',
  'versions',
  'cold-start',
  'codec',
  'gate',
  'codegen',
  'consumer',
  'scale',
  'producer',
] as const;

const { quick, only = BENCHMARKS } = readOptions({ quick: flag, only: namesIn(BENCHMARKS) });
const failed = only.filter((name) => {
  process.stderr.write(`\n${name}: ${today()}\n`);
  const how = quick ? '--quick' : '--write';
  const args = [...process.execArgv, join(import.meta.dirname, `${name}.ts`), how];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) {
  process.stderr.write(`Failed: ${failed.join(', ')}.\n`);
  process.exitCode = 1;
}
