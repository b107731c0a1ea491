/** Completion for zsh, with descriptions. */
import type { CommandSpec, OptionSpec, ProgramSpec, Value } from './spec.js';

export function zshScript({ options, commands }: ProgramSpec): string {
  const described = commands.map(
    ({ name, description }) => `    ${quoted(`${name}:${description.replaceAll(':', '\\:')}`)}`,
  );
  return `#compdef tavro
# Completion of tavro for zsh: eval "$(npx tavro completion zsh)" in ~/.zshrc, behind compinit
_tavro() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
${described.join('\n')}
  )
  _arguments -C ${specsOf(options, '    ')} \\
    '1: :->command' \\
    '*:: :->words'
  case $state in
    command) _describe command commands ;;
    words)
      case $words[1] in
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = _tavro ]; then _tavro "$@"; else compdef _tavro tavro; fi`;
}

function commandCase({ name, options, argument }: CommandSpec): string {
  const positional = argument === undefined ? [] : [quoted(`*${actionOf(argument)}`)];
  const specs = [specsOf(options, '          '), ...positional].filter((spec) => spec !== '');
  return `        ${name}) _arguments ${specs.join(' \\\n          ')} ;;`;
}

function specsOf(options: readonly OptionSpec[], indent: string): string {
  return options.flatMap(optionSpecs).join(` \\\n${indent}`);
}

function optionSpecs({ flags, description, value, isRepeated }: OptionSpec): readonly string[] {
  const text = description.replace(/[[\]\\:]/g, '\\$&');
  return flags.map((flag) =>
    quoted(`${isRepeated ? '*' : ''}${flag}[${text}]${value ? actionOf(value) : ''}`),
  );
}

function actionOf(value: Value): string {
  switch (value.kind) {
    case 'choice':
      return `:value:(${value.choices.join(' ')})`;
    case 'file':
      return `:${value.name}:_files`;
    case 'folder':
      return `:${value.name}:_files -/`;
    case 'text':
      return `:${value.name}: `;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
