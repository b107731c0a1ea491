/** `tavro registry`: the dev registry, until it is asked to end. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Context, EXIT } from '../context.js';

interface Options {
  readonly port: number;
  readonly host: string;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly persist?: string;
}

export function addRegistry(
  program: Command,
  context: Context,
  done: (code: number) => void,
): void {
  program
    .command('registry')
    .description('run a Schema Registry for development; in memory unless told otherwise')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 8081)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--auth <user:password>', 'ask for basic auth', credentials)
    .option('--persist <file>', 'keep everything in this file')
    .action(async (options: Options) => done(await serve(options, context)));
}

async function serve(options: Options, { out, signal }: Context): Promise<number> {
  // Loaded on demand: no other command needs an HTTP server.
  const { startRegistry } = await import('../../local/registry/server.js');
  const server = await startRegistry(options);
  out(`Schema Registry: ${server.url}`);
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  await server.stop();
  return EXIT.clean;
}

function port(value: string): number {
  const number = Number(value);
  if (value !== '' && Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('A port is a number up to 65535.');
}

function credentials(value: string): { username: string; password: string } {
  const [, username, password] = /^([^:]+):(.+)$/.exec(value) ?? [];
  if (username !== undefined && password !== undefined) return { username, password };
  throw new InvalidArgumentError('Give user:password.');
}
