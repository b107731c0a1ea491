/** The command line: argv -> command -> exit code. */
import { Command, CommanderError } from 'commander';
import { type CommandLine, manual } from './command-line.js';
import { type Context, EXIT, guarded } from './context.js';
import { CodegenError } from './error.js';
import { progressOf } from './progress.js';

/** In the order of `--help`. Loaded one by one: most runs are of one command, and short. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandLine>>> = {
  init: async () => (await import('./commands/init.js')).initCommand,
  codegen: async () => (await import('./commands/codegen.js')).codegenCommand,
  check: async () => (await import('./commands/check.js')).checkCommand,
  compare: async () => (await import('./commands/compare.js')).compareCommand,
  plan: async () => (await import('./commands/plan.js')).planCommand,
  rules: async () => (await import('./commands/rules.js')).rulesCommand,
  settings: async () => (await import('./commands/settings.js')).settingsCommand,
  decode: async () => (await import('./commands/decode.js')).decodeCommand,
  redrive: async () => (await import('./commands/redrive.js')).redriveCommand,
  fingerprint: async () => (await import('./commands/fingerprint.js')).fingerprintCommand,
  publish: async () => (await import('./commands/publish.js')).publishCommand,
  pull: async () => (await import('./commands/pull.js')).pullCommand,
  registry: async () => (await import('./commands/registry.js')).registryCommand,
  completion: async () => (await import('./commands/completion.js')).completionCommand,
};

const EXAMPLES = ['tavro codegen --watch', 'tavro check --against git', 'tavro help publish'];
/** What commander answers with the version for. */
const VERSION_FLAGS = ['-V', '--version'];

/** Runs one command and answers its exit code; nothing is thrown. */
export async function run(argv: readonly string[], given: Context): Promise<number> {
  const context = guarded(given);
  // Its time counts from here.
  progressOf(context);
  let exit: number = EXIT.clean;
  const done = (code: number): void => {
    exit = code;
  };
  try {
    const program = build(context);
    const words = asked(argv);
    for (const load of commandsFor(words))
      program.addCommand((await load())(context, done).copyInheritedSettings(program));
    await program.parseAsync(withoutDashes(words, program), { from: 'user' });
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

/**
 * `help check` is `check --help`; whoever misspelt a command is told so first, whatever follows. Dashes
 * before all, which `npm run tavro -- -- --help` hands on, mean nothing.
 */
function asked(argv: readonly string[]): readonly string[] {
  const given = argv[0] === '--' ? argv.slice(1) : argv;
  const [first = '', second] = given;
  const words = first === 'help' ? [...(second === undefined ? [] : [second]), '--help'] : given;
  const [name = '-'] = words;
  return name.startsWith('-') || Object.hasOwn(COMMANDS, name) ? words : [name];
}

/**
 * Without the `--` that `npm run codegen -- -- --help` hands on: before options of a command that takes
 * no arguments, and before `--help`.
 */
function withoutDashes(words: readonly string[], program: Command): string[] {
  const [name, dashes, ...rest] = words;
  const command = program.commands.find((one) => one.name() === name);
  const isMeant = command?.registeredArguments.length === 0 || /^(-h|--help)$/.test(rest.join(' '));
  return name !== undefined && dashes === '--' && isMeant ? [name, ...rest] : [...words];
}

/** The command that is named; all of them where none is, for help and for what tells of all. */
function commandsFor([name = '']: readonly string[]): readonly (() => Promise<CommandLine>)[] {
  if (VERSION_FLAGS.includes(name)) return [];
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named === undefined || name === 'completion' ? Object.values(COMMANDS) : [named];
}

function build(context: Context): Command {
  return new Command('tavro')
    .description('Typed Avro: a schema-first event pipeline for TypeScript on Kafka and AWS')
    .version(context.version ?? 'unknown')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.err(text.trimEnd()),
    })
    .showHelpAfterError('(--help lists what there is)')
    .addHelpText('after', manual({ page: 'README.md', examples: EXAMPLES }));
}
