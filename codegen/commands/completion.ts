/** `tavro completion`: a script that lets a shell complete this command line. */
import { Argument, Command } from 'commander';
import { type CommandLine, manual } from '../command-line.js';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { type ProgramSpec, programSpec } from '../completion/spec.js';
import { zshScript } from '../completion/zsh.js';
import { EXIT } from '../context.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<
  string,
  (spec: ProgramSpec) => string
>;

export const completionCommand: CommandLine = (context, done) => {
  const command = new Command('completion')
    .description('print a script that completes commands, options and their values')
    .addArgument(new Argument('<shell>', 'who is to complete').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      manual({
        page: 'README.md',
        examples: ['tavro completion bash >> ~/.bashrc', 'tavro completion zsh >> ~/.zshrc'],
      }),
    );
  // The program has all commands while this one runs.
  return command.action((shell: keyof typeof SCRIPTS) => {
    context.out(SCRIPTS[shell](programSpec(command.parent ?? command)));
    done(EXIT.clean);
  });
};
