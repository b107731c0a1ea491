/** Fenced blocks of Markdown: the code that documents show. */

export interface Block {
  readonly file: string;
  /** Of the fence that opens it, from 1. */
  readonly line: number;
  /** What stands behind the fence, such as `ts`; empty when nothing does. */
  readonly language: string;
  readonly text: string;
}

const FENCE = /^ *```/;

/** @throws Error naming the line of a fence that nothing closes */
export function blocksOf(file: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; lines: string[] } | undefined;
  for (const [i, line] of markdown.split('\n').entries()) {
    if (!FENCE.test(line)) open?.lines.push(line);
    else if (open === undefined) {
      open = { line: i + 1, language: line.replace(FENCE, '').trim(), lines: [] };
    } else {
      const { lines, ...rest } = open;
      blocks.push({ file, ...rest, text: `${lines.join('\n')}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: nothing closes this block.`);
  return blocks;
}

/** What a line of a document shows of a longer one: `…` stands for what it leaves out. */
export function patternOf(shown: string): RegExp {
  const parts = shown.trim().split(/\s*…\s*/);
  return new RegExp(parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*'));
}

/** A command that a block of shell shows, its line continued and its comment taken off. */
export interface ShownCommand {
  readonly file: string;
  readonly line: number;
  /** Words of one command: what `&&`, `||`, `;` and `|` join are several. */
  readonly words: readonly string[];
}

export function commandsOf(block: Block): ShownCommand[] {
  return block.text.split('\n').flatMap((text, i) =>
    text
      .replace(/(^|\s)#.*/, '')
      .split(/&&|\|\||[;|]/)
      .map((command) => command.trim().split(/\s+/))
      .filter(([first]) => first !== undefined && first !== '')
      .map((words) => ({ file: block.file, line: block.line + 1 + i, words })),
  );
}
