/** What is measured beside what is aimed at: the first table of each benchmark. */
import { printTable } from '../codec/report.js';

export interface Aim {
  readonly what: string;
  readonly unit: string;
  readonly now: number | undefined;
  /** What others need for it. */
  readonly peer?: number | undefined;
  /** What cannot be beaten: the same written by hand, or nothing but Node's own start. */
  readonly limit?: number | undefined;
  /** Reached up to `most`, or from `least` on. */
  readonly aim: { readonly most: number } | { readonly least: number };
}

const HEAD = ['what', 'now', 'peer', 'limit', 'aim', ''];

/** Rows "now / peer / limit / aim" as Markdown, and of each aim whether it is reached or by how much not. */
export function printAims(aims: readonly Aim[]): string {
  const rows = aims.map(({ what, unit, now, peer, limit, aim }) => [
    `${what}, ${unit}`,
    ...[now, peer, limit].map(printFigure),
    'most' in aim ? `≤ ${aim.most}` : `≥ ${aim.least}`,
    now === undefined ? '' : verdict(now, aim),
  ]);
  return printTable([HEAD, ...rows], 1).join('\n');
}

function verdict(now: number, aim: Aim['aim']): string {
  const missedBy = 'most' in aim ? now / aim.most - 1 : 1 - now / aim.least;
  return missedBy <= 0 ? 'reached' : `missed by ${(missedBy * 100).toFixed(1)} %`;
}

/** As many digits as a figure of its size deserves. */
function printFigure(figure: number | undefined): string {
  if (figure === undefined || Number.isNaN(figure)) return '';
  const digits = figure >= 100 ? 0 : figure >= 10 ? 1 : 2;
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return figure.toLocaleString('en', form);
}
