/** A version of the lock, whose schema is parsed when it is first asked for. */
import { fingerprint } from '../../runtime/schema/canonical.js';
import { identityOf } from '../model/identity.js';
import { parseSharing } from '../model/parse.js';
import type { Problem } from '../model/problem.js';
import type { Schema } from '../model/schema.js';
import type { SemanticNames } from '../model/semantic.js';
import type { LockedText, LockedVersion } from './lock.js';

/** What comes of reading a version's schema: the schema, or why there is none. */
export type ReadSchema =
  | { readonly schema: Schema; readonly identity: string }
  | { readonly problems: readonly Problem[] };

/** Where a version's schema comes from. */
export interface VersionOrigin {
  /** Made when the schema is read. */
  readonly text: () => LockedText;
  /** Whether it is known, without reading it, to be what it was released as. */
  readonly isAsWritten: () => boolean;
  /** Names of Kafka Connect that count as logical types. */
  readonly semantics: SemanticNames;
}

export class Version {
  readonly locked: LockedVersion;
  private readonly origin: VersionOrigin;
  private known: ReadSchema | undefined;
  private knownAsWritten: boolean | undefined;

  constructor(locked: LockedVersion, origin: VersionOrigin) {
    this.locked = locked;
    this.origin = origin;
  }

  /** As findings name it, such as `v3`. */
  get name(): string {
    return `v${this.locked.version}`;
  }

  /** Whether nobody can have edited the schema since it was released. */
  get isAsWritten(): boolean {
    this.knownAsWritten ??= this.origin.isAsWritten();
    return this.knownAsWritten;
  }

  /** The schema, with the identity that it has: the lock may tell of another. Parsed once. */
  read(): ReadSchema {
    this.known ??= this.parse();
    return this.known;
  }

  /** The schema; nothing where there is none, which the gate tells of. */
  get schema(): Schema | undefined {
    const read = this.read();
    return 'schema' in read ? read.schema : undefined;
  }

  /** Fingerprint of the schema, by which decoders tell who wrote. */
  get fingerprint(): string | undefined {
    return this.schema && fingerprint(this.schema);
  }

  /** Lets go of what was read: it may be read again. */
  forget(): void {
    this.known = undefined;
  }

  /** The lock's, where that is sure: it leaves out what only a setting makes count. */
  private identityOf(schema: Schema): string {
    const isKnown = this.origin.semantics.size === 0 && this.isAsWritten;
    return isKnown ? this.locked.identity : identityOf(schema);
  }

  private parse(): ReadSchema {
    const { source, ...shared } = this.origin.text();
    const { semantics } = this.origin;
    const { files, problems } = parseSharing([source], { role: 'history', semantics, ...shared });
    const schema = files[0]?.root;
    return schema === undefined || problems.errors.length > 0
      ? { problems: problems.errors }
      : { schema, identity: this.identityOf(schema) };
  }
}
