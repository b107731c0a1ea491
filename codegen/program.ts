/** The command line: argv -> command -> exit code. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { codegen } from './commands/codegen.js';
import { decode } from './commands/decode.js';
import { init } from './commands/init.js';
import { publish } from './commands/publish.js';
import { pull } from './commands/pull.js';
import { addRegistry } from './commands/registry.js';
import { type Context, EXIT, guarded } from './context.js';
import { FORMS } from './decode/message.js';
import { CodegenError } from './error.js';
import { addGateCommands } from './gate-commands.js';

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
  program
    .command('init')
    .description('give a project its first schema, and scripts that refuse stale generated code')
    .option('--project <folder>', 'where package.json is', folder, '.')
    .option('--schemas <folder>', 'where the .avsc files go', folder, 'schemas')
    .option('--out <folder>', 'where generated code goes', folder, 'generated')
    .action(async (options) => done(await init(options, context)));
  program
    .command('codegen')
    .description('write typed code for every schema; keep the draft in lock.json')
    .option('--schemas <folder>', 'where the .avsc files are', folder, 'schemas')
    .option('--out <folder>', 'where generated code goes', folder, 'generated')
    .option('--check', 'write nothing; exit 100 when something is stale')
    .option('--watch', 'generate again whenever a schema changes')
    .action(async (options) => done(await codegen(options, context)));
  addGateCommands(program, context, done);
  addDecode(program, context, done);
  addRegistryCommands(program, context, done);
  addRegistry(program, context, done);
  return program;
}

function addRegistryCommands(
  program: Command,
  context: Context,
  done: (code: number) => void,
): void {
  program
    .command('publish')
    .description('register the schemas at a Schema Registry; its ids go into lock.json')
    .option('--schemas <folder>', 'where the .avsc files and the lock are', folder, 'schemas')
    .option('--registry <url>', 'Schema Registry to publish to (default: SCHEMA_REGISTRY_URL)')
    .option('--dry-run', 'show the plan, and do nothing')
    .action(async (options) => done(await publish(options, context)));
  program
    .command('pull')
    .description('take schemas, topics and history from a Schema Registry')
    .option('--schemas <folder>', 'where they go', folder, 'schemas')
    .option('--registry <url>', 'Schema Registry to pull from (default: SCHEMA_REGISTRY_URL)')
    .option('--subject <name...>', 'only these; * stands for any text')
    .option('--force', 'replace schema files that the registry has otherwise')
    .option('--dry-run', 'show what would be written, and do nothing')
    .action(async (options) => done(await pull(options, context)));
}

function addDecode(program: Command, context: Context, done: (code: number) => void): void {
  program
    .command('decode')
    .description(
      'print Avro data as JSON lines: plain, Confluent frames, single objects, container files',
    )
    .argument('[file]', 'what to decode; standard input when absent or -')
    .option('--hex <digits>', 'decode this message instead of a file')
    .option('--base64 <text>', 'decode this message instead of a file')
    .addOption(
      new Option(
        '--encoding <encoding>',
        'how the file is written; hex and base64: one message a line',
      )
        .choices(['binary', 'hex', 'base64'])
        .default('binary'),
    )
    .addOption(new Option('--form <form>', 'what a message is').choices(FORMS).default('auto'))
    .addOption(
      new Option(
        '--type <name>',
        'project type that wrote data which does not say its schema',
      ).conflicts(['schema', 'id']),
    )
    .addOption(
      new Option(
        '--schema <file>',
        'schema that wrote data which does not say its schema',
      ).conflicts(['id']),
    )
    .option('--reference <file...>', 'files with types that --schema refers to, dependencies first')
    .option('--id <number>', 'the id of the schema that wrote such data', wholeNumber)
    .option('--schemas <folder>', 'where the .avsc files and the lock are', folder, 'schemas')
    .option('--registry <url>', 'Schema Registry to ask for ids (default: SCHEMA_REGISTRY_URL)')
    .option(
      '--auth <credentials>',
      'user:password or a token (default: SCHEMA_REGISTRY_API_KEY, _SECRET)',
    )
    .option('--limit <number>', 'stop after so many messages', wholeNumber)
    .action(async (file, options) => done(await decode(file, options, context)));
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError('A whole number is needed.');
  }
  return number;
}

function folder(value: string): string {
  if (value === '') throw new InvalidArgumentError('A folder is needed.');
  return value;
}
