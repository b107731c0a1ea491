/** `tavro registry`: the dev registry, until it is asked to end. */
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { RegistryServer, RegistryServerOptions } from '../../local/registry/server.js';
import { type CommandLine, manual } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { reason, systemCode } from '../disk/reason.js';
import { CodegenError } from '../error.js';

interface Options {
  readonly port: number;
  readonly host: string;
  readonly allowHost?: readonly string[];
  readonly authFile?: string;
  readonly persist?: string;
}

const MAX_PORT = 65_535;
/** Holds `user:password`. Not an option: other users of a machine read command lines. */
const AUTH_VARIABLE = 'TAVRO_REGISTRY_AUTH';

export const registryCommand: CommandLine = (context, done) =>
  new Command('registry')
    .description('run a Schema Registry for development; in memory unless told otherwise')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 8081)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--allow-host <name...>', 'further names that requests may call it by')
    .option(
      '--auth-file <file>',
      `ask for basic auth; user:password stands in the file (or in ${AUTH_VARIABLE})`,
    )
    .option('--persist <file>', 'keep everything in this file')
    .addHelpText(
      'after',
      manual({
        page: 'docs/registry.md',
        examples: ['tavro registry', 'tavro registry --port 0 --persist registry.json'],
      }),
    )
    .action(async (options: Options) => done(await serve(options, context)));

async function serve(options: Options, { out, env, signal }: Context): Promise<number> {
  const { port, host, allowHost = [], persist } = options;
  const auth = await credentialsOf(options, env);
  const server = await start({
    port,
    host,
    hosts: allowHost,
    ...(auth !== undefined && { auth }),
    ...(persist !== undefined && { persist }),
  });
  out(`Schema Registry: ${server.url}`);
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  await server.stop();
  return EXIT.clean;
}

async function start(options: RegistryServerOptions): Promise<RegistryServer> {
  // Loaded on demand: no other command needs an HTTP server.
  const { RegistryStartError } = await import('../../local/registry/start-error.js');
  const { startRegistry } = await import('../../local/registry/server.js');
  try {
    return await startRegistry(options);
  } catch (cause) {
    if (!(cause instanceof RegistryStartError)) throw cause;
    const isTaken = systemCode(cause.cause) === 'EADDRINUSE';
    throw new CodegenError('SERVER_FAILED', isTaken ? taken(options) : cause.message, { cause });
  }
}

function taken({ host, port = 0 }: RegistryServerOptions): string {
  const next = port < MAX_PORT ? port + 1 : port - 1;
  return (
    `Port ${port} of ${host} is taken, perhaps by another \`tavro registry\` or a Schema Registry in Docker; ` +
    `\`lsof -i :${port}\` tells (on Windows \`netstat -ano\`). ` +
    `Run \`npx tavro registry --port ${next}\`, or with \`--port 0\` for a free one.`
  );
}

async function credentialsOf(
  { authFile }: Options,
  env: Context['env'],
): Promise<RegistryServerOptions['auth']> {
  if (authFile === undefined && !env[AUTH_VARIABLE]) return undefined;
  const where = authFile ?? AUTH_VARIABLE;
  const text = authFile === undefined ? env[AUTH_VARIABLE] : await readText(authFile);
  // The first line of a file, whose end is no part of the password.
  const [, username, password] = /^([^:\r\n]+):([^\r\n]+)(?:\r?\n|$)/.exec(text ?? '') ?? [];
  if (username !== undefined && password !== undefined) return { username, password };
  throw new CodegenError('USAGE', `${where} does not hold user:password.`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CodegenError('USAGE', `${file} cannot be read: ${reason(cause)}.`, { cause });
  }
}

function port(value: string): number {
  const number = Number(value);
  if (value !== '' && Number.isInteger(number) && number >= 0 && number <= MAX_PORT) return number;
  throw new InvalidArgumentError(`A port is a number up to ${MAX_PORT}.`);
}
