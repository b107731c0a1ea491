/** Dead letters from text: one JSON document, or one on each line. */
import { DeadLetterError } from '../../runtime/dead-letter/error.js';
import { MAX_LETTER_BYTES } from '../../runtime/dead-letter/form.js';
import type { OpenedLetter } from '../../runtime/dead-letter/letter.js';
import { readDeadLetters } from '../../runtime/dead-letter/read.js';
import { CodegenError } from '../error.js';
import type { MessageInput } from './input.js';
import { splitLines } from './lines.js';

/** What one document holds, or why it cannot be read. */
export interface LetterDocument {
  /** Where it is, such as `letters.jsonl:3`. */
  readonly name: string;
  readonly letters: readonly OpenedLetter[];
  /** In a sentence that begins with {@link name}. */
  readonly problem?: string | undefined;
}

/**
 * The documents of an input, in order. One that cannot be read is among them, with its problem.
 * @throws CodegenError `INPUT_INVALID` for what cannot be read at all, and a document over `MAX_LETTER_BYTES`
 */
export async function* letterDocuments(input: MessageInput): AsyncGenerator<LetterDocument> {
  const { name } = input;
  const lines = splitLines(input.bytes, { name, maxBytes: MAX_LETTER_BYTES, encoding: 'utf8' });
  let number = 0;
  let isByLine: boolean | undefined;
  const whole = new WholeDocument(name);
  for await (const line of lines) {
    number++;
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    isByLine ??= text.trim() === '' ? undefined : isJson(text);
    if (isByLine === false) whole.add(text);
    else if (text.trim() !== '') yield documentOf(text, `${name}:${number}`);
    else if (isByLine === undefined) whole.add(text);
  }
  if (isByLine === false) yield documentOf(whole.text(), name);
}

/** A document of many lines. */
class WholeDocument {
  private readonly name: string;
  private readonly lines: string[] = [];
  private bytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  add(line: string): void {
    this.bytes += Buffer.byteLength(line) + 1;
    if (this.bytes > MAX_LETTER_BYTES) {
      throw new CodegenError(
        'INPUT_INVALID',
        `${this.name}: a document over ${MAX_LETTER_BYTES} bytes. Write one dead letter a line.`,
      );
    }
    this.lines.push(line);
  }

  text(): string {
    return this.lines.join('\n');
  }
}

/** Reads one text. @param name where it is, for the problem */
export function documentOf(text: string, name: string): LetterDocument {
  try {
    return { name, letters: readDeadLetters(text) };
  } catch (error) {
    if (!(error instanceof DeadLetterError)) throw error;
    const line = error.code === 'NOT_JSON' ? lineOfMistake(text) : undefined;
    const place = line === undefined ? name : `${name}:${line}`;
    return { name, letters: [], problem: `${place}: ${error.message}` };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Of a document of several lines, from what the parser says of where it stopped. */
function lineOfMistake(text: string): number | undefined {
  if (!text.includes('\n')) return undefined;
  try {
    JSON.parse(text);
  } catch (error) {
    const [, at] = /position (\d+)/.exec(String(error)) ?? [];
    return at === undefined
      ? text.split('\n').length
      : text.slice(0, Number(at)).split('\n').length;
  }
  return undefined;
}
