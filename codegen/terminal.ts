/** What a terminal shows: whether colours and a line that is written over, by what its environment says. */

export type Env = Readonly<Record<string, string | undefined>>;

/** A stream of a process, as far as it matters here. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** By `FORCE_COLOR`, then `NO_COLOR` (as Node has it), then by whether there is a terminal that can. */
export function showsColor({ isTTY }: Pick<Screen, 'isTTY'>, env: Env): boolean {
  if (env.FORCE_COLOR) return !isNo(env.FORCE_COLOR);
  return isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** Where the cursor can be moved and somebody looks: nobody does in a CI, whose log keeps every line. */
export function showsStatus({ isTTY }: Pick<Screen, 'isTTY'>, env: Env): boolean {
  return isTTY === true && env.TERM !== 'dumb' && !isCi(env);
}

/** Whether somebody sits at both ends, who can be asked. */
export function isAnswered(
  input: Pick<Screen, 'isTTY'>,
  screen: Pick<Screen, 'isTTY'>,
  env: Env,
): boolean {
  return input.isTTY === true && screen.isTTY === true && !isCi(env);
}

function isCi({ CI = '' }: Env): boolean {
  return CI !== '' && !isNo(CI);
}

const isNo = (value: string): boolean => /^(0|false)$/i.test(value);

/** To the line's start, and the line empty (ECMA-48, EL). */
const CLEAR = '\r\u001b[2K';
const USUAL_COLUMNS = 80;

/** The last line of a terminal, which the next one takes the place of. */
export class StatusLine {
  private readonly screen: Screen;
  private isShown = false;
  private isOver = false;

  constructor(screen: Screen) {
    this.screen = screen;
  }

  show(text: string): void {
    if (this.isOver) return;
    // One that is wrapped would not be cleared as a whole. A terminal that nobody sized has 0.
    const most = (this.screen.columns || USUAL_COLUMNS) - 1;
    const line = text.length > most ? `${text.slice(0, most - 1)}…` : text;
    this.screen.write(CLEAR + line);
    this.isShown = true;
  }

  /** Before anything else is written to the same terminal. */
  clear(): void {
    if (this.isShown) this.screen.write(CLEAR);
    this.isShown = false;
  }

  /** Results that run over the same terminal are progress enough. */
  end(): void {
    this.clear();
    this.isOver = true;
  }
}
