/** Inputs that once failed, a file each, which says what went wrong and what is right. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Found {
  /** What went wrong, in a sentence. */
  readonly wrong: string;
  /** What is right, in a sentence; the rest of the file says it in data. */
  readonly right: string;
}

const SENTENCE = /^[A-Z].*\.$/;

/** The files of the folder `found` beside a test, by name. */
export function foundBeside<Input>(test: string): [name: string, input: Input & Found][] {
  const folder = new URL('found/', test);
  return readdirSync(folder).map((file) => {
    const input: Input & Found = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    if (!SENTENCE.test(input.wrong) || !SENTENCE.test(input.right))
      throw new Error(`${file} says in "wrong" what went wrong, and in "right" what is right.`);
    return [file.replace(/\.json$/, ''), input];
  });
}
