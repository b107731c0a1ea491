/** The executable: the only file of this room that touches the process. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onClosedPipe } from '../runtime/closed-pipe.js';
import { isAnswered, StatusLine, showsColor, showsStatus } from './terminal.js';

// Found by the package's own name: the sources and the build stand at different depths.
const manifest = readFileSync(fileURLToPath(import.meta.resolve('tavro/package.json')), 'utf8');
const { version }: { version: string } = JSON.parse(manifest);

const argv = process.argv.slice(2);
// The same answer as that of the program, which need not be loaded for it.
if (argv.length === 1 && /^(-V|--version)$/.test(argv[0] ?? ''))
  process.stdout.write(`${version}\n`);
else await runProgram();

async function runProgram(): Promise<void> {
  const { run } = await import('./program.js');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());

  onClosedPipe(() => stop.abort());

  const { stdin, stdout, stderr, env } = process;
  const status = showsStatus(stderr, env) ? new StatusLine(stderr) : undefined;

  process.exitCode = await run(argv, {
    out: (text) => {
      if (stdout.isTTY) status?.end();
      stdout.write(`${text}\n`);
    },
    err: (text) => {
      status?.clear();
      stderr.write(`${text}\n`);
    },
    ...(status && { status: (line: string) => status.show(line) }),
    env,
    signal: stop.signal,
    version,
    stdin,
    isInteractive: isAnswered(stdin, stderr, env),
    color: showsColor(stdout, env),
  });
  status?.end();
}
