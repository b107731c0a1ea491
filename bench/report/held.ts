/**
 * Ratios that are held: `--gate` compares what was measured with a JSON file beside the benchmark, `--hold` stores it
 * there. Of every ratio more is better: times faster, or times smaller, than something on the same machine.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { refuse } from './options.js';

/** What of -> how many times better it is than what it is compared with. */
export type Ratios = Readonly<Record<string, number>>;

/** What `--gate` exits with when a ratio fell. */
export const FELL = 100;

/** A ratio may fall by this share before somebody has to look: machines differ, and nothing is the same twice. */
const SLACK = 0.1;
const PLACES = 3;

/** The ratios that fell by more than a tenth, a line each; what is measured no more is one of them. */
export function fallen(held: Ratios, now: Ratios): string[] {
  return Object.entries(held).flatMap(([what, was]) => {
    const is = now[what];
    if (is === undefined) return [`${what}: held at ${was}, but not measured`];
    if (is >= was * (1 - SLACK)) return [];
    return [
      `${what}: ${is.toFixed(PLACES)}, held at ${was}: ${((1 - is / was) * 100).toFixed(1)} % worse`,
    ];
  });
}

interface HeldIn {
  /** Path of the JSON file. */
  readonly file: string;
  /** Whether fallen ratios end the process with {@link FELL}. */
  readonly gate: boolean;
  /** Whether the ratios are stored, as what later ones are compared with. */
  readonly hold: boolean;
}

/** For before anything is measured: `--gate` where nothing is held is no question. */
export function refuseUnheld({ file, gate }: Pick<HeldIn, 'file' | 'gate'>): void {
  if (gate && !existsSync(file))
    refuse(`--gate: ${file} holds no ratios yet: run with --hold once`);
}

/** Compares or stores ratios, as the command was asked. */
export function holdRatios(now: Ratios, { file, gate, hold }: HeldIn): void {
  if (gate) {
    // Safe: written by `--hold`, below.
    const lines = fallen(JSON.parse(readFileSync(file, 'utf8')) as Ratios, now);
    process.stderr.write(lines.map((line) => `${line}\n`).join('') || 'No ratio fell.\n');
    if (lines.length > 0) process.exitCode = FELL;
  }
  if (hold) {
    const rounded = Object.entries(now).map(([what, is]) => [what, Number(is.toFixed(PLACES))]);
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`);
  }
}
