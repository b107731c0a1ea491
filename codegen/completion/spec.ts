/** What a shell is to know of the command line: read from commander's own objects, so that nothing is said twice. */
import type { Command, Option } from 'commander';

/** What stands behind an option, or as an argument. */
export type Value =
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'file' | 'folder' | 'text'; readonly name: string };

export interface OptionSpec {
  /** `--format`, or `-h` and `--help`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Absent where the option takes none. */
  readonly value?: Value;
  /** Whether it may be said again. */
  readonly isRepeated: boolean;
}

export interface CommandSpec {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionSpec[];
  readonly argument?: Value;
}

export interface ProgramSpec {
  readonly options: readonly OptionSpec[];
  readonly commands: readonly CommandSpec[];
}

export function programSpec(program: Command): ProgramSpec {
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map((command) => command.name()).filter((name) => name !== HELP);
  return {
    options: optionsOf(program),
    commands: commands.map((command) => {
      const [argument] = command.registeredArguments;
      const value =
        command.name() === HELP
          ? ({ kind: 'choice', choices: names } as const)
          : argument && valueNamed(argument.name(), argument.argChoices);
      return {
        name: command.name(),
        description: lineOf(command.description()),
        // Commander's own `help` takes its command and nothing else.
        options: command.name() === HELP ? [] : optionsOf(command),
        ...(value && { argument: value }),
      };
    }),
  };
}

const HELP = 'help';

function optionsOf(command: Command): readonly OptionSpec[] {
  return command.createHelp().visibleOptions(command).map(optionOf);
}

/** @param option perhaps with words to offer of which each may go on: `git:main` */
function optionOf(option: Option & { readonly offers?: readonly string[] }): OptionSpec {
  const { flags, short, long, description, argChoices, offers, variadic } = option;
  const [, name] = /<([\w-]+)/.exec(flags) ?? [];
  return {
    flags: [short, long].filter((flag) => flag !== undefined && flag !== null),
    description: lineOf(description || (name ?? '')),
    ...(name !== undefined && { value: valueNamed(name, argChoices ?? offers) }),
    isRepeated: variadic,
  };
}

/** By its name, as `--help` shows it: `<file>`, `<folder>`. */
function valueNamed(name: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: 'choice', choices };
  const [kind] = /^(file|folder)/.exec(name) ?? [];
  return { kind: kind === 'file' || kind === 'folder' ? kind : 'text', name };
}

function lineOf(text: string): string {
  return text.replace(/\s+/g, ' ');
}
