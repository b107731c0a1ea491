/** Who sits at the terminal, and can be asked. */
import { createInterface } from 'node:readline';
import type { Context } from './context.js';
import { CodegenError } from './error.js';

export interface Person {
  /**
   * @returns `usual` for an empty line
   * @throws CodegenError `USAGE` where the input ends in place of an answer
   */
  yesOrNo(question: string, usual: boolean): Promise<boolean>;
  /** Asks nothing more: standard input is let go. */
  close(): void;
}

/** Of an answer: more is not looked at. */
const MAX_ANSWER_LENGTH = 100;
const ANSWERS = ['y', 'yes', 'n', 'no'];

/** @returns undefined where nobody is there: in CI, in a script */
export function openPerson({ err, stdin, signal, isInteractive }: Context): Person | undefined {
  if (isInteractive !== true || stdin === undefined) return undefined;
  const reader = createInterface({ input: stdin, signal });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async yesOrNo(question, usual) {
      err(`${question} ${usual ? '[Y/n]' : '[y/N]'}`);
      for (;;) {
        const { done, value = '' } = await lines.next();
        if (done === true) throw gone();
        const answer = value.slice(0, MAX_ANSWER_LENGTH).trim().toLowerCase();
        if (answer === '') return usual;
        if (ANSWERS.includes(answer)) return answer.startsWith('y');
        err('y or n?');
      }
    },
    close: () => reader.close(),
  };
}

function gone(): CodegenError {
  return new CodegenError(
    'USAGE',
    'Nothing was done: the question was not answered. `--yes` asks nothing.',
  );
}
