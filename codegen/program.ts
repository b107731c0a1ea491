/** The command line: argv -> command -> exit code. */
import { Command, CommanderError } from 'commander';
import type { CommandLine } from './command-line.js';
import { checkCommand } from './commands/check.js';
import { codegenCommand } from './commands/codegen.js';
import { compareCommand } from './commands/compare.js';
import { decodeCommand } from './commands/decode.js';
import { initCommand } from './commands/init.js';
import { planCommand } from './commands/plan.js';
import { publishCommand } from './commands/publish.js';
import { pullCommand } from './commands/pull.js';
import { registryCommand } from './commands/registry.js';
import { rulesCommand } from './commands/rules.js';
import { type Context, EXIT, guarded } from './context.js';
import { CodegenError } from './error.js';

/** In the order of `--help`. */
const COMMANDS: readonly CommandLine[] = [
  initCommand,
  codegenCommand,
  checkCommand,
  compareCommand,
  planCommand,
  rulesCommand,
  decodeCommand,
  publishCommand,
  pullCommand,
  registryCommand,
];

/** Runs one command and answers its exit code; nothing is thrown. */
export async function run(argv: readonly string[], given: Context): Promise<number> {
  const context = guarded(given);
  let exit: number = EXIT.clean;
  const program = build(context, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
    context.err(messageOf(error, context));
    return error instanceof CodegenError && error.code === 'USAGE' ? EXIT.usage : EXIT.failure;
  }
}

function messageOf(error: unknown, { env }: Context): string {
  if (!(error instanceof Error)) return String(error);
  const wantsStack = env.TAVRO_STACK === '1' || !(error instanceof CodegenError);
  return wantsStack ? (error.stack ?? error.message) : error.message;
}

function build(context: Context, done: (code: number) => void): Command {
  const program = new Command('tavro')
    .description('Typed Avro: a schema-first event pipeline for TypeScript on Kafka and AWS')
    .version(context.version ?? 'unknown')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.err(text.trimEnd()),
    })
    .showHelpAfterError('(--help lists what there is)');
  for (const command of COMMANDS)
    program.addCommand(command(context, done).copyInheritedSettings(program));
  return program;
}
