/**
 * What the rules about a project as a whole look at. Whoever knows the lock, a commit or a registry
 * hands out facts and judges nothing; the rules judge. The key decides which rules get a fact.
 */
import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import type { Place } from '../model/source-text.js';

export interface Facts {
  readonly locked: LockedVersion | LockedNumbers;
  readonly gone: PastSubject | PastType;
  readonly registered: RegisteredVersion;
  readonly published: PublishedVersion;
  readonly level: HeldLevel;
  readonly verdict: TwoVerdicts;
  readonly waiver: WaiverUse;
}
export type FactKind = keyof Facts;

/** A fact, and where a finding about it points. */
export type FactOf<K extends FactKind> = {
  readonly [Kind in K]: {
    readonly kind: Kind;
    readonly facts: Facts[Kind];
    /** Of the finding; the root when absent. */
    readonly path?: string;
    /** Worked out only for a finding. */
    readonly at: () => Place;
  };
}[K];
export type Fact = FactOf<FactKind>;

/** Facts that trip one rule and no other, and what they are once its fix was carried out. */
export interface FactExample<K extends FactKind> {
  readonly facts: Facts[K];
  /** Once for each way that the fix names. */
  readonly repaired: readonly Facts[K][];
}

/** A released version, and what the lock has in its place. */
interface LockedVersion {
  readonly subject: string;
  readonly version: number;
  /** The commit that has it as released; the lock itself where absent. */
  readonly commit?: string;
  /** Identity with which it was released. */
  readonly released: string;
  /** Identity of what the lock has now, if anything. */
  readonly found: string | undefined;
}

/** The numbers of a subject's released versions in the lock, in any order. */
interface LockedNumbers {
  readonly subject: string;
  readonly numbers: readonly number[];
}

/** A subject of the lock. */
interface PastSubject {
  readonly subject: string;
  /** How many versions of it are released. */
  readonly released: number;
  /** Whether a topic has the subject. */
  readonly isCarried: boolean;
  /** Subjects that topics have, which the lock does not know, and that carry the same type. */
  readonly heirs?: readonly string[];
}

/** A type of a commit, under its subject or its own name. */
interface PastType {
  readonly subject: string;
  readonly commit: string;
  readonly type: TypeOutline;
  readonly isCarried: boolean;
  /** Whether a type has its name, or has it among its aliases. */
  readonly isKnown: boolean;
  /** Types that the commit does not have. */
  readonly added: readonly TypeOutline[];
}

export interface TypeOutline {
  readonly name: string;
  /** Names of a record's fields. */
  readonly fields?: readonly string[];
}

/** A version that a registry has. */
interface RegisteredVersion {
  readonly subject: string;
  readonly version: number;
  /** The registry's URL, where it is to be named. */
  readonly url?: string;
  readonly isDeleted: boolean;
  /** Whether the lock, or the project's schema, is the same to every reader. */
  readonly isKnown: boolean;
}

/** A released version that the lock says is in a registry. */
interface PublishedVersion {
  readonly subject: string;
  readonly version: number;
  /** As the lock has it. */
  readonly id: number;
  /** Whether it is the last released one. */
  readonly isLast: boolean;
  /** The registry's versions with the same identity, oldest first. */
  readonly found: readonly { readonly id: number; readonly isDeleted: boolean }[];
}

/** The level that a subject is held to. */
interface HeldLevel {
  readonly subject: string;
  /** What `tavro.json` says, if it does. */
  readonly given: CompatibilityLevel | undefined;
  readonly registry: CompatibilityLevel;
}

/** The gate's verdict on a schema beside a registry's: whether they take it. */
interface TwoVerdicts {
  readonly subject: string;
  /** The level that both judged at, or the URL of a registry that holds it to its own. */
  readonly by: { readonly level: CompatibilityLevel } | { readonly url: string };
  readonly gate: boolean;
  readonly registry: boolean;
  /** What the registry says of it. */
  readonly words: string;
}

/** A waiver, on a day, in a run. */
interface WaiverUse {
  readonly subject: string;
  /** Id of the rule. */
  readonly rule: string;
  readonly reason: string;
  /** Last day on which it holds, and today: `YYYY-MM-DD`, in UTC. */
  readonly expires: string;
  readonly today: string;
  /** Whether this run would have found what it hides: else it may be in use elsewhere. */
  readonly isLookedFor: boolean;
  /** Whether there is a finding that it hides. */
  readonly isUsed: boolean;
}
