/** What the gate answers: plain data, the same for every report. */
import type { Json } from '../../runtime/json.js';
import type { Place } from '../model/source-text.js';
import type { Category, Complaint, Edit, JavaType, RuleFacts, Severity } from './rule.js';

export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly category: Category;
  readonly severity: Severity;
  /** Registry subject, where one is checked. */
  readonly subject?: string;
  /** Which schema reads and which writes: a version such as `v3`, or a file. */
  readonly reader?: string;
  readonly writer?: string;
  /** By the reader's field names, such as `lines[].price`; empty at the root. */
  readonly path: string;
  /** Where to look first: in the schema at hand. */
  readonly at: Place;
  readonly readerAt?: Place;
  readonly writerAt?: Place;
  readonly message: string;
  readonly fix: string;
  /** What `check --fix` does about it, where it can. */
  readonly edit?: Edit;
  /** What Apache Avro's Java checker says of it, and where; absent where that is silent. */
  readonly java?: JavaFinding;
  readonly witness?: Witness;
}

export interface JavaFinding {
  readonly type: JavaType;
  /** JSON pointer into the reader, with the writer's branch index for unions. */
  readonly location: string;
}

/** Data that the writer can write and the reader refuses, tried on the decoder. */
export interface Witness {
  /** In Avro's JSON encoding. */
  readonly datum: Json;
  /** The same in Avro's binary encoding, in hex. */
  readonly bytes: string;
  /** Set where the datum is no whole message but the part of one at this path. */
  readonly part?: string;
  /** What the decoder said. */
  readonly error: string;
}

/** What a finding says beside its rule's words. */
export interface Whereabouts extends Pick<Finding, 'severity' | 'path' | 'at'> {
  readonly subject?: string | undefined;
  readonly reader?: string | undefined;
  readonly writer?: string | undefined;
  readonly readerAt?: Place;
  readonly writerAt?: Place;
}

/** A rule's complaint as a finding. */
export function findingOf(rule: RuleFacts, complaint: Complaint, where: Whereabouts): Finding {
  const { severity, subject, reader, writer, path, at, readerAt, writerAt } = where;
  const { message, fix = rule.fix, edit } = complaint;
  return {
    rule: rule.id,
    category: rule.category,
    severity,
    ...(subject !== undefined && { subject }),
    ...(reader !== undefined && { reader }),
    ...(writer !== undefined && { writer }),
    path,
    at,
    ...(readerAt && { readerAt }),
    ...(writerAt && { writerAt }),
    message,
    fix,
    ...(edit && { edit }),
  };
}
