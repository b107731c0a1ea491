/** Programs whose reader closes the pipe before they write, as `head` may: they end without a stack. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program of the sources; nobody reads what it writes to `closed`. */
async function unread(
  argv: readonly string[],
  closed: 'stdout' | 'stderr',
): Promise<{ code: number | null; said: string }> {
  const flags = ['--conditions=tavro-source', '--import', 'tsx', ...argv];
  const env = { ...process.env, TAVRO_KAFKA: 'memory' };
  const child = spawn(process.execPath, flags, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child[closed].destroy();
  let said = '';
  const other = closed === 'stdout' ? child.stderr : child.stdout;
  other.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  await once(child, 'close');
  return { code: child.exitCode, said };
}

it.each<[string, readonly string[], 'stdout' | 'stderr', number]>([
  ['npm run demo', ['local/demo/main.ts'], 'stdout', 0],
  ['npm run produce -- --help', ['producer/produce.ts', '--help'], 'stdout', 0],
  ['npm run synth', ['infra/app.ts'], 'stdout', 0],
  ['tavro rules', ['codegen/cli.ts', 'rules'], 'stdout', 0],
  ['tavro registry', ['codegen/cli.ts', 'registry', '--port', '0'], 'stdout', 0],
  ['tavro codegen --check, its messages', ['codegen/cli.ts', 'codegen', '--check'], 'stderr', 0],
  ['tavro that knows no such option', ['codegen/cli.ts', 'codegen', '--no'], 'stderr', 2],
])('%s', async (_, argv, closed, code) => {
  const ended = await unread(argv, closed);
  expect(ended).toEqual({ code, said: expect.not.stringMatching(/EPIPE|\n +at /) });
});
