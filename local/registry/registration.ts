/** Registering, looking up and comparing schemas: where the store meets the engine. */

import { documentOf } from './documents.js';
import type { CompatibilityVerdict, SchemaDocument, SchemaEngine, SchemaForms } from './engine.js';
import { Fault, faults } from './fault.js';
import { guidOf, sortedReferences } from './identity.js';
import { mergeMetadata } from './metadata.js';
import {
  isSubject,
  parseSubject,
  printSubject,
  type QualifiedSubject,
} from './qualified-subject.js';
import { reservedFieldProblems } from './reserved-fields.js';
import type { Metadata, Reference, Version } from './state.js';
import type { RegistryStore, VersionNumber } from './store.js';

/** A schema as a client sends it. */
export interface SchemaRequest {
  readonly schema: string | undefined;
  readonly references: readonly Reference[];
  readonly metadata?: Metadata | undefined;
  readonly ruleSet?: unknown;
  /** Only for a subject in IMPORT or FORWARD mode. */
  readonly id?: number | undefined;
  /** The number the version is to have: the next one, except when importing. */
  readonly version?: number | undefined;
}

export interface Registration {
  readonly normalize: boolean;
  /** Registers also what is not compatible. */
  readonly force: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Largest schema text, in bytes: what Kafka takes by default for Confluent's registry. */
const MAX_SCHEMA_BYTES = 1_000_000;

/** A schema that was read: what a {@link Version} is made of. */
interface Candidate {
  readonly forms: SchemaForms;
  readonly schema: string;
  readonly references: readonly Reference[];
  readonly metadata: Metadata | undefined;
  readonly ruleSet: unknown;
  readonly guid: string;
}

export class Registrar {
  private readonly store: RegistryStore;
  private readonly engine: SchemaEngine;

  constructor(store: RegistryStore, engine: SchemaEngine) {
    this.store = store;
    this.engine = engine;
  }

  /**
   * Registers a schema, or answers the version that holds it already.
   * @throws Fault 409, 42201, 42205, 42208, 42209
   */
  register(subject: QualifiedSubject, request: SchemaRequest, how: Registration): Version {
    const name = printSubject(subject);
    if (!isSubject(subject)) throw faults.invalidSubject(name);
    const numbered = (request.version ?? 0) > 0;
    const filled = this.fill(subject, request);
    // Before the mode is looked at: what is there already may be asked for in any mode.
    const known = numbered ? undefined : this.known(subject, filled, how.normalize);
    if (known !== undefined && (filled.id === undefined || filled.id === known.id)) return known;

    const mode = this.store.settings.modeInScope(subject);
    this.store.settings.requireWritable(subject);
    const importing = mode === 'IMPORT' || mode === 'FORWARD';
    if ((filled.id !== undefined) !== importing) {
      const needed = importing ? 'read-write' : 'import';
      throw faults.notPermitted(
        `Subject ${name} in context ${subject.context} is not in ${needed} mode`,
      );
    }
    const { validateNames, validateNewSchemas } = this.store.settings.inScope(subject);
    const isLenient = importing || validateNames === false || validateNewSchemas === false;
    const candidate = this.read(subject, filled, {
      role: isLenient ? 'history' : 'candidate',
      normalize: how.normalize,
    });
    if (!importing && !how.force) {
      const { compatible, messages } = this.compare(
        subject,
        candidate,
        this.store.versions(subject),
      );
      if (!compatible) throw faults.incompatible(name, messages);
    }
    return this.add(subject, candidate, { ...filled, importing, now: how.now });
  }

  /** The live version (or, if asked, a deleted one) that holds a schema. @throws Fault 42201 */
  lookUp(
    subject: QualifiedSubject,
    request: SchemaRequest,
    how: { readonly normalize: boolean; readonly deleted: boolean },
  ): Version {
    for (const candidate of this.store.spellings(subject)) {
      try {
        const found = this.known(candidate, request, how.normalize, how.deleted);
        if (found !== undefined) return found;
      } catch (error) {
        // In another context the references may mean nothing.
        if (!(error instanceof Fault) || candidate.context === subject.context) throw error;
      }
    }
    const which = how.deleted ? 'all' : 'live';
    if (this.store.versions(subject, which).length > 0) throw faults.schemaNotFound();
    throw faults.subjectNotFound(printSubject(subject));
  }

  /**
   * Whether a schema may follow: the whole history as the level says, or one version.
   * @throws Fault 40402, 42201
   */
  test(
    subject: QualifiedSubject,
    request: SchemaRequest,
    how: { readonly normalize: boolean; readonly against?: VersionNumber },
  ): CompatibilityVerdict {
    const candidate = this.read(subject, request, { role: 'candidate', normalize: how.normalize });
    if (how.against === undefined) {
      return this.compare(subject, candidate, this.store.versions(subject));
    }
    const version = this.store.find(subject, how.against, 'live');
    if (version === undefined && how.against !== 'latest')
      throw faults.versionNotFound(how.against);
    return this.compare(subject, candidate, version === undefined ? [] : [version]);
  }

  /** A version's text with all that it refers to written into it. */
  resolve(version: Version): string {
    return this.forms(version).resolved;
  }

  /** Fills in what the settings and the version before give. */
  private fill(subject: QualifiedSubject, request: SchemaRequest): SchemaRequest {
    if (request.id !== undefined) return request;
    const previous = this.store.versions(subject).at(-1);
    const settings = this.store.settings.inScope(subject);
    const text =
      request.schema === undefined || request.schema.trim() === ''
        ? { schema: previous?.schema, references: previous?.references ?? [] }
        : {};
    return {
      ...request,
      ...text,
      metadata: mergeMetadata(
        settings.defaultMetadata,
        request.metadata ?? previous?.metadata,
        settings.overrideMetadata,
      ),
      ruleSet: request.ruleSet ?? previous?.ruleSet,
    };
  }

  private known(
    subject: QualifiedSubject,
    request: SchemaRequest,
    normalize: boolean,
    deleted = false,
  ): Version | undefined {
    const candidate = this.read(subject, request, { role: 'history', normalize });
    const versions = this.store.versions(subject, deleted ? 'all' : 'live').reverse();
    return (
      versions.find(({ guid }) => guid === candidate.guid) ??
      // A client may ask without metadata for what was registered with it.
      versions.find(
        (version) =>
          request.metadata === undefined &&
          guidOf({ ...version, metadata: undefined, ruleSet: undefined }) === candidate.guid,
      ) ??
      // A client may send as one text what was registered with references.
      versions.find(
        (version) =>
          candidate.references.length === 0 &&
          version.references.length > 0 &&
          this.forms(version).resolvedNormalized === candidate.forms.resolvedNormalized,
      )
    );
  }

  private add(
    subject: QualifiedSubject,
    { schema, references, metadata, ruleSet, guid }: Candidate,
    how: {
      readonly id?: number | undefined;
      readonly version?: number | undefined;
      readonly importing: boolean;
      readonly now: number;
    },
  ): Version {
    const all = this.store.versions(subject, 'all');
    const next = (all.at(-1)?.version ?? 0) + 1;
    const number = how.version !== undefined && how.version > 0 ? how.version : next;
    if (number !== next && !how.importing) {
      throw faults.invalidSchema('Version is not one more than previous version');
    }
    const inContext = this.store.inContext(subject.context);
    const same = inContext.find((version) => version.guid === guid);
    const id = how.id ?? same?.id ?? this.store.maxId(subject.context) + 1;
    if (inContext.some((version) => version.id === id && version.guid !== guid)) {
      throw faults.notPermitted(
        `Overwrite new schema with id ${id} in context ${subject.context} is not permitted.`,
      );
    }
    const version: Version = {
      subject: printSubject(subject),
      version: number,
      id,
      guid,
      schema,
      references,
      ...(metadata !== undefined && { metadata }),
      ...(ruleSet !== undefined && ruleSet !== null && { ruleSet }),
      ts: how.now,
      deleted: false,
    };
    // The new version takes the place of deleted ones with the same schema.
    this.store.remove(all.filter((old) => old.deleted && old.id === id && old.version < number));
    this.store.put(version);
    return version;
  }

  private compare(
    subject: QualifiedSubject,
    candidate: Candidate,
    versions: readonly Version[],
  ): CompatibilityVerdict {
    const settings = this.store.settings.inScope(subject);
    const { compatibilityLevel: level, compatibilityGroup, validateFields = false } = settings;
    const reserved = validateFields ? reservedFieldProblems(candidate, versions.at(-1)) : [];
    const groupOf = (metadata: Metadata | undefined): string | undefined =>
      compatibilityGroup === undefined ? undefined : metadata?.properties?.[compatibilityGroup];
    const group = groupOf(candidate.metadata);
    const history = versions.filter(({ metadata }) => groupOf(metadata) === group);
    const verdict = this.engine.check({
      level,
      candidate: documentOf(this.store, subject, candidate, 'live'),
      history: history.map((version) => ({
        version: version.version,
        ...documentOf(this.store, subject, version, 'all'),
      })),
    });
    if (verdict.compatible && reserved.length === 0) return { compatible: true, messages: [] };
    const old = history.find(({ version }) => version === verdict.version);
    return {
      ...verdict,
      compatible: false,
      messages: [
        ...reserved,
        ...verdict.messages,
        ...(old
          ? [`{oldSchemaVersion: ${old.version}}`, `{oldSchema: '${shorten(old.schema)}'}`]
          : []),
        `{validateFields: '${validateFields}', compatibility: '${level}'}`,
      ],
    };
  }

  private read(
    subject: QualifiedSubject,
    request: SchemaRequest,
    { role, normalize }: { readonly role: 'candidate' | 'history'; readonly normalize: boolean },
  ): Candidate {
    const { schema, references, metadata, ruleSet } = request;
    if (schema === undefined || schema.trim() === '') throw faults.emptySchema();
    if (Buffer.byteLength(schema) > MAX_SCHEMA_BYTES) throw faults.schemaTooLarge(MAX_SCHEMA_BYTES);
    const forms = this.parse(documentOf(this.store, subject, { schema, references }, 'live'), role);
    const isNormal = normalize || this.store.settings.inScope(subject).normalize === true;
    const text = {
      schema: isNormal ? forms.normalized : forms.canonical,
      references: isNormal ? sortedReferences(references) : references,
      metadata,
      ruleSet,
    };
    return { ...text, forms, guid: guidOf(text) };
  }

  private forms(version: Version): SchemaForms {
    const subject = parseSubject(version.subject);
    return this.parse(documentOf(this.store, subject, version, 'all'), 'history');
  }

  private parse(document: SchemaDocument, role: 'candidate' | 'history'): SchemaForms {
    try {
      return this.engine.parse(document, role);
    } catch (cause) {
      throw faults.invalidSchema(cause instanceof Error ? cause.message : String(cause), cause);
    }
  }
}

/** Longest old schema in a message, in UTF-16 units (Confluent: 10 KiB). */
const MAX_OLD_SCHEMA = 10_240;

function shorten(schema: string): string {
  return schema.length > MAX_OLD_SCHEMA ? `${schema.slice(0, MAX_OLD_SCHEMA)}...` : schema;
}
