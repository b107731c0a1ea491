import { Progress } from '../../codegen/progress.js';

/** Between two looks at how far a download is, in milliseconds. */
const TICK_MS = 500;

export interface WhileTold {
  /** Shows a line in the place of the one before. @default silence */
  readonly status?: ((line: string) => void) | undefined;
  readonly line: () => string;
  /** For tests: now. */
  readonly now?: () => Date;
}

/** Shows how far a program is that says nothing itself, once it takes long. */
export async function whileTold<T>(work: Promise<T>, told: WhileTold): Promise<T> {
  const { status, line, now } = told;
  if (status === undefined) return work;
  const progress = new Progress({ status, ...(now && { now }) });
  const ticking = setInterval(() => progress.step(line), TICK_MS);
  try {
    return await work;
  } finally {
    clearInterval(ticking);
  }
}
