/** Completion for bash, from 3.2 on (which macOS has), without the package bash-completion. */
import type { CommandSpec, OptionSpec, ProgramSpec, Value } from './spec.js';

export function bashScript({ options, commands }: ProgramSpec): string {
  const names = commands.map(({ name }) => name);
  return `# Completion of tavro for bash: eval "$(npx tavro completion bash)" in ~/.bashrc
_tavro() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" name= words= files= i
  # bash takes --format=json for three words.
  if [ "$cur" = '=' ]; then cur=; elif [ "$prev" = '=' ]; then prev="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${names.join('|')}) name="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  case "$name $prev" in
${commands.flatMap(valueCases).join('\n')}
    *)
      case "$name" in
        '') words='${[...names, ...flagsOf(options)].join(' ')}' ;;
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ -n "$files" ]; then
    IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen "$files" -- "$cur"))
  fi
}
complete -F _tavro tavro`;
}

function flagsOf(options: readonly OptionSpec[]): readonly string[] {
  return options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--')));
}

function valueCases({ name, options }: CommandSpec): string[] {
  return options.flatMap(({ flags, value }) =>
    value === undefined
      ? []
      : `    ${flags.map((flag) => `'${name} ${flag}'`).join('|')}) ${wordsOf([], value)} ;;`,
  );
}

function commandCase({ name, options, argument }: CommandSpec): string {
  return `        ${name}) ${wordsOf(flagsOf(options), argument)} ;;`;
}

/** Choices are plain words, which a test holds. */
function wordsOf(flags: readonly string[], value: Value | undefined): string {
  const choices = value?.kind === 'choice' ? value.choices : [];
  const files = { file: ' files=-f', folder: ' files=-d', text: '', choice: '' };
  return `words='${[...choices, ...flags].join(' ')}'${value ? files[value.kind] : ''}`;
}
