/** What of a schemas folder stays when a registry's schemas come into it. */
import type { Lock } from '../history/lock.js';
import { recordedId } from '../history/recorded-ids.js';
import { releasedOf, type SubjectSchema } from '../history/subject.js';
import { once } from '../model/once.js';
import { type Schema, visit } from '../model/schema.js';
import { isReleased } from './as-locked.js';
import { textOf } from './registered.js';

export interface StayingOptions {
  readonly lock: Lock;
  /** Of the registry. */
  readonly url: string;
  /** Whether what the registry has takes the place of all that is there. */
  readonly force: boolean;
  readonly pulled: ReadonlySet<string>;
}

/**
 * What a subject carries as the registry had it last, word for word, gives way to what the registry
 * has now: nothing is lost. All else stays, unless forced.
 */
export class Staying {
  private readonly current: ReadonlyMap<string, Schema>;
  private readonly options: StayingOptions;
  private readonly texts: () => { readonly kept: Texts; readonly released: Texts };

  /** @param current what the subjects of the folder carry */
  constructor(current: readonly SubjectSchema[], options: StayingOptions) {
    this.current = new Map(current.map(({ subject, schema }) => [subject, schema]));
    this.options = options;
    this.texts = once(() => {
      const isPulled = ({ subject }: SubjectSchema): boolean => options.pulled.has(subject);
      return {
        kept: textsOf(current.filter((one) => !isPulled(one))),
        released: textsOf(current.filter((one) => isPulled(one) && !this.isOwn(one.subject))),
      };
    });
  }

  /** What a subject carries here; nothing where no topic has it. */
  of(subject: string): Schema | undefined {
    return this.current.get(subject);
  }

  /** Whether a definition of the folder stays, wherever it stands. */
  has(schema: Schema): boolean {
    const text = textOf(schema);
    const { kept, released } = this.texts();
    return kept.has(text) || !(this.options.force || released.has(text));
  }

  /** Whether a file stays that holds no schema that can be read: nobody knows what would be lost. */
  get hasUnread(): boolean {
    return !this.options.force;
  }

  /** Whether the words stay by which `tavro.json` says in place what a subject carries. */
  keepsWords(subject: string): boolean {
    const isFound = this.current.has(subject);
    return isFound ? this.hasSubject(subject) : !this.options.force;
  }

  /** Whether `tavro.json` goes on saying what a subject carries. */
  hasSubject(subject: string): boolean {
    return !this.options.force && this.current.has(subject) && this.isOwn(subject);
  }

  /** Whether a subject carries what the registry never had, or has no longer. */
  private isOwn(subject: string): boolean {
    const { lock, url } = this.options;
    const [schema, locked] = [this.current.get(subject), lock.subjects.get(subject)];
    const last = releasedOf(locked).at(-1);
    if (schema === undefined || last === undefined) return true;
    return recordedId(last, url) === undefined || !isReleased({ subject, schema }, locked);
  }
}

type Texts = ReadonlySet<string>;

function textsOf(subjects: readonly SubjectSchema[]): Texts {
  const texts = new Set<string>();
  const seen = new Set<Schema>();
  for (const { schema } of subjects) visit(schema, (part) => texts.add(textOf(part)), seen);
  return texts;
}
