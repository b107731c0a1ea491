/** The ways from the root to what is wrong: a named type that is used twice is wrong in two places. */
import { isNamed, type Schema } from '../model/schema.js';
import type { Origin } from '../model/source-text.js';
import type { Meeting, Problem, Step, Walk } from './walk-pair.js';

/** One way from the root to a meeting that has problems. */
export interface Spot {
  readonly meeting: Meeting;
  /** From the root; empty for the root itself. */
  readonly way: readonly { readonly from: Meeting; readonly step: Step }[];
}

/** Most places that are named for one comparison; every problem is named at least once. */
const MAX_SPOTS = 200;
/** Most steps taken to find them: ways through recursive types can be without number. */
const MAX_STEPS = 20_000;

/** Where the troubled meetings of a walk are, in the order of the reader's fields. */
export function findSpots({ root, troubled }: Walk): readonly Spot[] {
  const spots = search(root, leadingTo(root, troubled), new Set(troubled));
  const found = new Set(spots.map(({ meeting }) => meeting));
  const rest = troubled.filter((meeting) => !found.has(meeting));
  return [...spots, ...rest.map((meeting) => ({ meeting, way: firstWay(meeting) }))];
}

/** Meetings from which a troubled one can be reached. */
function leadingTo(root: Meeting, troubled: readonly Meeting[]): ReadonlySet<Meeting> {
  const before = new Map<Meeting, Meeting[]>();
  const seen = new Set([root]);
  for (const meeting of seen) {
    for (const { to } of meeting.next) {
      seen.add(to);
      const sources = before.get(to);
      if (sources === undefined) before.set(to, [meeting]);
      else sources.push(meeting);
    }
  }
  const leading = new Set(troubled);
  for (const meeting of leading)
    for (const source of before.get(meeting) ?? []) leading.add(source);
  return leading;
}

/** Depth first, never through one meeting twice on the same way. */
function search(
  root: Meeting,
  leading: ReadonlySet<Meeting>,
  troubled: ReadonlySet<Meeting>,
): Spot[] {
  const spots: Spot[] = [];
  if (!leading.has(root)) return spots;
  const way: { from: Meeting; step: Step }[] = [];
  const stack = [{ meeting: root, next: 0 }];
  const open = new Set([root]);
  if (troubled.has(root)) spots.push({ meeting: root, way: [] });
  for (let steps = 0; steps < MAX_STEPS && spots.length < MAX_SPOTS; steps++) {
    const top = stack.at(-1);
    if (top === undefined) break;
    const edge = top.meeting.next[top.next++];
    if (edge === undefined) {
      stack.pop();
      way.pop();
      open.delete(top.meeting);
    } else if (leading.has(edge.to) && !open.has(edge.to)) {
      way.push({ from: top.meeting, step: edge.step });
      stack.push({ meeting: edge.to, next: 0 });
      open.add(edge.to);
      if (troubled.has(edge.to)) spots.push({ meeting: edge.to, way: [...way] });
    }
  }
  return spots;
}

function firstWay(meeting: Meeting): Spot['way'] {
  const way: { from: Meeting; step: Step }[] = [];
  for (let { from } = meeting; from !== undefined; from = from.meeting.from)
    way.push({ from: from.meeting, step: from.step });
  return way.reverse();
}

/** The path of a problem by the reader's field names, such as `lines[].price`. */
export function pathOf({ way }: Spot, { field }: Problem): string {
  const path = pathAlong(way);
  return field === undefined ? path : path + dotted(path, field.name);
}

/** The path that a way takes. */
export function pathAlong(way: Spot['way']): string {
  let path = '';
  for (const { from, step } of way) {
    if (step.kind === 'field') path += dotted(path, step.reader.name);
    else if (step.kind === 'branch') path += branchPart(from.reader, step.reader);
    else path += step.kind === 'items' ? '[]' : '{}';
  }
  return path;
}

function dotted(path: string, name: string): string {
  return path === '' ? name : `.${name}`;
}

/** Branches are named only where a union has several besides null. */
function branchPart(reader: Schema, index: number | undefined): string {
  if (reader.kind !== 'union' || index === undefined) return '';
  const branch = reader.branches[index];
  const others = reader.branches.filter(({ kind }) => kind !== 'null');
  if (branch === undefined || others.length < 2) return '';
  return `<${isNamed(branch) ? branch.name : branch.kind}>`;
}

/** Where the reader's and the writer's side of a problem stand in their files. */
export function originsOf(
  { meeting, way }: Spot,
  problem: Problem,
): { readonly reader: Origin; readonly writer: Origin } {
  const step = way.at(-1)?.step;
  const [reader, writer] =
    step?.kind === 'field' ? [step.reader.typeOrigin, step.writer.typeOrigin] : [];
  return {
    reader: problem.reader ?? reader ?? meeting.reader.origin,
    writer: problem.writer ?? writer ?? meeting.writer.origin,
  };
}
