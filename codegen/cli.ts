/** The executable: the only file of this room that touches the process. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onClosedPipe } from '../runtime/closed-pipe.js';
import { run } from './program.js';

// Found by the package's own name: the sources and the build stand at different depths.
const manifest = readFileSync(fileURLToPath(import.meta.resolve('tavro/package.json')), 'utf8');
const { version }: { version: string } = JSON.parse(manifest);

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

onClosedPipe(() => stop.abort());

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  env: process.env,
  signal: stop.signal,
  version,
  stdin: process.stdin,
  isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env.CI,
  color: process.stdout.isTTY === true && !process.env.NO_COLOR,
});
