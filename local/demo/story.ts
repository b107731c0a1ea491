import picocolors from 'picocolors';
import { showsColor } from '../../codegen/terminal.js';
import { printable } from '../../runtime/printable.js';

/** Prints what happens, one labelled line each. */
export interface Story {
  title(text: string): void;
  line(label: string, text: string): void;
}

/** Labels are padded to this. */
const LABEL_WIDTH = 11;

/** To `out`, coloured as `tavro` is. */
export function tellStory(out: NodeJS.WriteStream): Story {
  // Not picocolors' own guess, which takes any CI for a terminal.
  const { bold, cyan, green } = picocolors.createColors(showsColor(out, process.env));
  let last = '';
  return {
    title: (text) => void out.write(`${bold(printable(text))}\n\n`),
    line(label, text) {
      const shown = label === last ? ' '.repeat(LABEL_WIDTH) : label.padEnd(LABEL_WIDTH);
      last = label;
      out.write(`${(label === 'Done' ? green : cyan)(shown)}${printable(text)}\n`);
    },
  };
}

/** Keeps what somebody says to itself until it is listened to. */
export interface HeldStory extends Story {
  /** Tells what was kept and what comes until the work is done. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** For one who speaks at any time: its lines do not get between those of another. */
export function holdStory(story: Story): HeldStory {
  let kept: (() => void)[] = [];
  let isHeard = false;
  const say = (tell: () => void): void => {
    if (isHeard) tell();
    else kept.push(tell);
  };
  return {
    title: (text) => say(() => story.title(text)),
    line: (label, text) => say(() => story.line(label, text)),
    async during(work) {
      for (const tell of kept) tell();
      kept = [];
      isHeard = true;
      try {
        return await work();
      } finally {
        isHeard = false;
      }
    },
  };
}
