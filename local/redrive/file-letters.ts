import type { MessageInput } from '../../codegen/decode/input.js';
import { letterDocuments } from '../../codegen/decode/letters.js';
import type { LetterSource } from './source.js';

/** Files or standard input, as `tavro decode` reads them. What was sent stays there. */
export function fileLetters(name: string, inputs: readonly MessageInput[]): LetterSource {
  return {
    name,
    async *read() {
      for (const input of inputs) yield* letterDocuments(input);
    },
    close: async () => {},
  };
}
