/** Everything the registry holds: what is kept in memory and written to a file. */

/** How a subject may be written to; READONLY_OVERRIDE at the top wins over all. */
export const MODES = ['READWRITE', 'READONLY', 'READONLY_OVERRIDE', 'IMPORT', 'FORWARD'] as const;
export type Mode = (typeof MODES)[number];

/** A named type that lives under another subject. */
export interface Reference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** Free-form facts about a schema; part of its identity. */
export interface Metadata {
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  readonly properties?: Readonly<Record<string, string>>;
  readonly sensitive?: readonly string[];
}

/** One version under a subject. */
export interface Version {
  /** Qualified. */
  readonly subject: string;
  readonly version: number;
  /** Unique for a schema within its context. */
  readonly id: number;
  /** The same for the same schema in every context. */
  readonly guid: string;
  /** Canonical text. */
  readonly schema: string;
  readonly references: readonly Reference[];
  readonly metadata?: Metadata;
  /** Kept and given back, not acted upon. */
  readonly ruleSet?: unknown;
  /** Milliseconds since the epoch. */
  readonly ts: number;
  readonly deleted: boolean;
}

/** What may be set for a subject, a context or all of them; a narrower setting wins. */
export interface Settings {
  readonly compatibilityLevel?: string;
  readonly normalize?: boolean;
  /** Only versions with the same value of this metadata property are compared. */
  readonly compatibilityGroup?: string;
  /** `false` takes new schemas with names or defaults that are not valid. */
  readonly validateNames?: boolean;
  readonly validateNewSchemas?: boolean;
  /** Holds new schemas to the field names that metadata reserves. */
  readonly validateFields?: boolean;
  /** Another name that requests for this subject are meant for. */
  readonly alias?: string;
  readonly [other: string]: unknown;
}

/** A subject that a topic's keys or values are explicitly associated with. */
export interface Association {
  /** Qualified. */
  readonly subject: string;
  readonly resourceName: string;
  readonly resourceNamespace: string;
  readonly resourceId: string;
  readonly resourceType: string;
  /** `key` or `value`. */
  readonly associationType: string;
  readonly lifecycle: string;
  readonly frozen: boolean;
}

export interface State {
  /** Versions by context. */
  readonly versions: Map<string, readonly Version[]>;
  /** Highest id ever given by context: ids are not used twice. */
  readonly lastIds: Map<string, number>;
  /** By qualified subject; a context's own settings are under its prefix, the top's under ''. */
  readonly settings: Map<string, Settings>;
  readonly modes: Map<string, Mode>;
  /** By type and resource. */
  readonly associations: Map<string, Association>;
}

export function emptyState(): State {
  return {
    versions: new Map(),
    lastIds: new Map(),
    settings: new Map(),
    modes: new Map(),
    associations: new Map(),
  };
}

/** Of the file format; a file of another version is refused. */
const FORMAT = 1;

export function serializeState({
  versions,
  lastIds,
  settings,
  modes,
  associations,
}: State): string {
  const entries = {
    versions: [...versions],
    lastIds: [...lastIds],
    settings: [...settings],
    modes: [...modes],
    // Files of before have none.
    ...(associations.size > 0 && { associations: [...associations] }),
  };
  return `${JSON.stringify({ format: FORMAT, ...entries }, null, 2)}\n`;
}

/** @throws Error when the text is not what {@link serializeState} wrote */
export function parseState(text: string): State {
  // Safe: this is our own file; each part is checked to be what a Map takes.
  const file = JSON.parse(text) as Record<keyof State, [string, never][]> & { format: unknown };
  if (file.format !== FORMAT)
    throw new Error(`its format is ${String(file.format)}, not ${FORMAT}`);
  return {
    versions: new Map(file.versions),
    lastIds: new Map(file.lastIds),
    settings: new Map(file.settings),
    modes: new Map(file.modes),
    associations: new Map(file.associations ?? []),
  };
}
