/**
 * How subjects are named.
 * Source: Confluent Schema Registry, "Subject name strategy" and "Schema contexts".
 */

export const SUBJECT_STRATEGIES = ['topic', 'record', 'topic-record'] as const;
/**
 * `topic`: `<topic>-value` and `<topic>-key`. `record`: the type's full name. `topic-record`:
 * `<topic>-<full name>`.
 */
export type SubjectStrategy = (typeof SUBJECT_STRATEGIES)[number];

/** What a subject is for. */
export interface SubjectUse {
  readonly topic: string;
  readonly side: 'key' | 'value';
  /** Full name of the type. */
  readonly type: string;
}

/** The subject's name by a strategy, without context. */
export function subjectName(strategy: SubjectStrategy, { topic, side, type }: SubjectUse): string {
  switch (strategy) {
    case 'topic':
      return `${topic}-${side}`;
    case 'record':
      return type;
    case 'topic-record':
      return `${topic}-${type}`;
  }
}

/** Puts a name into a context (`.staging`), unless it names one itself. */
export function inContext(name: string, context: string | undefined): string {
  return context === undefined || contextOf(name) !== undefined ? name : `:${context}:${name}`;
}

/** The context that a subject's name carries, such as `.staging`. */
export function contextOf(subject: string): string | undefined {
  return /^:(\.[^:]*):/.exec(subject)?.[1];
}

/** The subject that a schema's reference names: without a context, one in that of the schema's own. */
export function referredSubject({ subject }: { readonly subject: string }, from: string): string {
  return inContext(subject, contextOf(from));
}

/** A subject's name without its context. */
export function withoutContext(subject: string): string {
  return subject.replace(/^:\.[^:]*:/, '');
}

/** What a subject is for, as far as its name and its type, if that has a name, tell. */
export function useOfSubject(
  subject: string,
  type: string | undefined,
): (Omit<SubjectUse, 'type'> & { readonly strategy: SubjectStrategy }) | undefined {
  const name = withoutContext(subject);
  // Before the endings: a record may be named Some-value nowhere, but a topic may be named anything.
  if (type !== undefined && name.endsWith(`-${type}`) && name.length > type.length + 1)
    return { topic: name.slice(0, -type.length - 1), side: 'value', strategy: 'topic-record' };
  const [, topic, side] = /^(.+)-(key|value)$/s.exec(name) ?? [];
  return topic !== undefined && (side === 'key' || side === 'value')
    ? { topic, side, strategy: 'topic' }
    : undefined;
}
