/** Completion for fish, with descriptions. */
import type { CommandSpec, OptionSpec, ProgramSpec, Value } from './spec.js';

export function fishScript({ options, commands }: ProgramSpec): string {
  return [
    '# Completion of tavro for fish: npx tavro completion fish > ~/.config/fish/completions/tavro.fish',
    'complete -c tavro -f',
    ...options.map((option) => optionLine('__fish_use_subcommand', option)),
    ...commands.flatMap(commandLines),
  ].join('\n');
}

function commandLines({ name, description, options, argument }: CommandSpec): readonly string[] {
  const isNamed = `__fish_seen_subcommand_from ${name}`;
  return [
    line('__fish_use_subcommand', `-a ${name}`, description),
    ...options.map((option) => optionLine(isNamed, option)),
    ...(argument === undefined ? [] : [line(isNamed, argumentOf(argument), '')]),
  ];
}

function optionLine(condition: string, { flags, description, value }: OptionSpec): string {
  const names = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const takes =
    value === undefined ? [] : [value.kind === 'file' ? '-r -F' : `-x${valueWords(value)}`];
  return line(condition, [...names, ...takes].join(' '), description);
}

function valueWords(value: Value): string {
  if (value.kind === 'choice') return ` -a ${quoted(value.choices.join(' '))}`;
  return value.kind === 'folder' ? " -a '(__fish_complete_directories)'" : '';
}

function argumentOf(value: Value): string {
  return value.kind === 'file' ? '-F' : valueWords(value).trim();
}

function line(condition: string, what: string, description: string): string {
  const said = description === '' ? '' : ` -d ${quoted(description)}`;
  return `complete -c tavro -n ${quoted(condition)} ${what}${said}`;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
