/** What names stand for, over all files of a project. */
import { adviseOn } from './foreign-types.js';
import type { Imports } from './imports.js';
import { MAX_TYPES } from './limits.js';
import type { Problems } from './problem.js';
import type { Shell } from './scope.js';
import { Unread } from './unread.js';

/** What each full name stands for, over all files: in the order declared. */
export class Declarations {
  readonly unread = new Unread();
  private readonly byName = new Map<string, Shell[]>();
  private readonly imports: Imports;
  private readonly advice = new Map<string, string | undefined>();
  private count = 0;

  constructor(imports: Imports) {
    this.imports = imports;
  }

  add(shell: Shell, problems: Problems): void {
    const known = this.byName.get(shell.name);
    if (known === undefined) this.byName.set(shell.name, [shell]);
    else known.push(shell);
    this.count++;
    if (this.count === MAX_TYPES + 1)
      problems.error('TOO_MANY_TYPES', shell.origin, { message: `Over ${MAX_TYPES} named types.` });
  }

  /** What a full name stands for in a file that does not define it. */
  find(name: string, path: string): Shell | undefined {
    const all = this.byName.get(name) ?? [];
    if (all.length < 2) return all[0];
    const imported = this.imports.reachedFrom(path);
    const chosen = all.filter(({ origin }) => imported.has(origin.source.path));
    return nearest(chosen.length > 0 ? chosen : all, path);
  }

  /** What to do about a name that nothing defines: worked out once, where many files have it. */
  adviceOn(name: string, isInObject: boolean): string | undefined {
    const key = JSON.stringify([name, isInObject]);
    if (!this.advice.has(key))
      this.advice.set(key, adviseOn(name, { isInObject, known: [...this.byName.keys()] }));
    return this.advice.get(key);
  }
}

/** Of several definitions of one name the one whose file shares most folders with `path`. */
function nearest(shells: readonly Shell[], path: string): Shell | undefined {
  const folders = path.split('/').slice(0, -1);
  const shared = (shell: Shell): number => {
    const theirs = shell.origin.source.path.split('/').slice(0, -1);
    const differs = folders.findIndex((folder, i) => theirs[i] !== folder);
    return differs < 0 ? folders.length : differs;
  };
  return shells.reduce((best, shell) => (shared(shell) > shared(best) ? shell : best));
}
