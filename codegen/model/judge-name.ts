/** Names that Avro's grammar does not have: which are problems, how grave, and what to do about them. */
import { explainUse, isInGrammar, lettersOf, type NameUse, whyUnusable } from './names.js';
import type { Problems } from './problem.js';
import type { Origin } from './source-text.js';

/** Judges the names of one file. */
export class NameJudge {
  private readonly problems: Problems;
  private readonly isLenient: boolean;
  private readonly isHistory: boolean;
  /** Warnings that were given: a namespace may stand in every definition. */
  private readonly warned = new Set<string>();

  /** @param given `isHistory`: the schemas were accepted once, whatever their names */
  constructor(
    problems: Problems,
    given: { readonly names: 'avro' | 'lenient' | undefined; readonly isHistory: boolean },
  ) {
    const { isHistory, names = isHistory ? 'lenient' : 'avro' } = given;
    this.problems = problems;
    this.isLenient = names === 'lenient';
    this.isHistory = isHistory;
  }

  /** Reports a name that Avro's grammar does not have; answers whether it is an error. */
  refuses(use: NameUse, origin: Origin): boolean {
    if (isInGrammar(use)) return false;
    const name = `The ${use.what} ${JSON.stringify(use.name)}`;
    const unusable = whyUnusable(use);
    const why = unusable ?? explainUse(use);
    const isTaken = this.isLenient && (unusable === undefined || this.isHistory);
    if (isTaken) this.warn(origin, `${name} is outside Avro's grammar: ${why}.`);
    else
      this.problems.error('NAME_INVALID', origin, {
        message: `${name} cannot be used: ${why}.`,
        ...(unusable === undefined && { fix: fixOf(use) }),
      });
    return !isTaken;
  }

  private warn(origin: Origin, message: string): void {
    if (!this.warned.has(message)) this.problems.warn('NAME_INVALID', origin, { message });
    this.warned.add(message);
  }
}

/** A type is read whatever its namespace, a field by an alias; by other names data is matched. */
function fixOf({ what, name }: NameUse): string {
  const keep = `To keep what a registry holds, put "names": "lenient" into tavro.json.`;
  if (what === 'namespace')
    return `The legal namespace "${name.split('.').map(lettersOf).join('.')}" reads the same data. ${keep}`;
  if (what === 'field name')
    return `"${lettersOf(name)}" with "aliases": [${JSON.stringify(name)}] reads the same data. ${keep}`;
  return `Give what is new another one. ${keep}`;
}
