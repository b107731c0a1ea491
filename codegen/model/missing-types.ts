/** References to types that nothing defines, each type told once a file. */
import { qualify } from '../../runtime/schema/schema.js';
import type { Declarations } from './declarations.js';
import type { Problems } from './problem.js';
import { type Origin, placeOf } from './source-text.js';

/** A reference to a type that nothing defines. */
export interface MissingType {
  readonly name: string;
  readonly namespace: string;
  /** Whether it is the `type` of an object. */
  readonly isInObject: boolean;
  readonly origin: Origin;
}

/** Most lines that are listed. */
const MAX_LINES = 10;

export class MissingTypes {
  private readonly problems: Problems;
  /** By full name: where the problem stands in the list, and the other places. */
  private readonly told = new Map<string, { readonly index: number; readonly more: Origin[] }>();

  constructor(problems: Problems) {
    this.problems = problems;
  }

  add({ name, namespace, isInObject, origin }: MissingType, project?: Declarations): void {
    const full = qualify(name, namespace);
    const known = this.told.get(full);
    if (known !== undefined) {
      known.more.push(origin);
      return;
    }
    this.told.set(full, { index: this.problems.list.length, more: [] });
    this.problems.error('TYPE_UNKNOWN', origin, {
      message: `Nothing defines the type ${full}.`,
      fix:
        project?.adviceOn(name, isInObject) ?? 'Add the file that defines it, or correct the name.',
    });
  }

  /** Once all are there: each problem names the other places that it is about. */
  close(): void {
    const { list } = this.problems;
    for (const [name, { index, more }] of this.told) {
      const problem = list[index];
      if (problem === undefined || more.length === 0) continue;
      const message = `Nothing defines the type ${name}, which stands here and in ${placesOf(more)}.`;
      list[index] = { ...problem, message };
    }
  }
}

function placesOf(origins: readonly Origin[]): string {
  const lines = [...new Set(origins.map((origin) => placeOf(origin).line))].sort((a, b) => a - b);
  const places = origins.length === 1 ? '1 more place' : `${origins.length} more places`;
  const shown = lines.slice(0, MAX_LINES).join(', ');
  const rest = lines.length > MAX_LINES ? ', …' : '';
  return `${places}: ${lines.length === 1 ? 'line' : 'lines'} ${shown}${rest}`;
}
