/** A project -> what the gate says of it, and the text of its generated files. */
import { join, relative, sep } from 'node:path';
import { hasErrors, openGate, openLock, reportOf, runGate } from '../baseline/run.js';
import type { Finding } from '../check/finding.js';
import type { Report } from '../check/report/report.js';
import type { Context } from '../context.js';
import type { FileText } from '../emit/file.js';
import { Generator } from '../emit/generate.js';
import { type GenerateOptions, type GivenNames, moveModules } from '../emit/options.js';
import { rootsOf } from '../emit/topics.js';
import { isNamed, type NamedSchema, type Schema } from '../model/schema.js';
import { type Progress, progressOf } from '../progress.js';
import { projectNames } from '../project/given-names.js';
import type { SchemaProject } from '../project/load.js';
import { topicSources } from '../project/topic-sources.js';
import { Past } from './past.js';

/** Where a run reads and writes. */
export interface Folders {
  readonly schemas: string;
  readonly out: string;
}

export interface ProduceOptions extends Folders {
  readonly context: Context;
  /** Paths of files in the output folder, asked for only when types meet that want one name. */
  readonly written: () => readonly string[];
  /** The types whose files are wanted. @default all */
  readonly isWanted?: (type: NamedSchema) => boolean;
}

/** Generated files by what they are of. */
export interface Produced {
  readonly types: ReadonlyMap<NamedSchema, readonly FileText[]>;
  readonly topics: ReadonlyMap<string, readonly FileText[]>;
  /** Those that name all topics. */
  readonly lists: readonly FileText[];
  readonly names: ReturnType<typeof projectNames>;
  /** What the gate says of what changed and does not refuse. */
  readonly findings: readonly Finding[];
}

/** Why nothing is to be written: what the gate says. */
export interface Refused {
  readonly refused: Report;
}

/** Checks a whole project against its lock and generates its code, one subject after the other. */
export function produce(project: SchemaProject, options: ProduceOptions): Produced | Refused {
  const production = new Production(project, options);
  const gate = openGate(project, options.schemas);
  const baselines = [openLock(gate)];
  const { context } = options;
  let isRefused = false;
  const run = runGate(gate, baselines, {
    context,
    withLint: false,
    // They are let go of when their type is made.
    keepsVersions: true,
    afterSubject: (subject, { findings }) => {
      // What is refused is not generated; where it is waived after all, that is done later.
      isRefused ||= hasErrors(findings);
      if (!isRefused) production.subject(subject);
    },
  });
  if (hasErrors(run.findings)) return { refused: reportOf(gate, run, { baselines, context }) };
  return { ...production.rest(), findings: run.findings };
}

/** Generates what stands by itself in a project that has errors elsewhere: no gate, no topics. */
export function produceTypes(project: SchemaProject, options: ProduceOptions): Produced {
  return new Production(project, options).rest();
}

class Production {
  private readonly progress: Progress;
  private readonly project: SchemaProject;
  private readonly isWanted: (type: NamedSchema) => boolean;
  private readonly names: ReturnType<typeof projectNames>;
  private readonly past: Past;
  private readonly generator: Generator;
  private readonly types = new Map<NamedSchema, readonly FileText[]>();
  /** Files of what topics carry without a name. */
  private readonly roots = new Map<Schema, readonly FileText[]>();

  constructor(project: SchemaProject, options: ProduceOptions) {
    const { schemas: folder, written, isWanted = () => true } = options;
    this.progress = progressOf(options.context);
    this.project = project;
    this.isWanted = isWanted;
    this.names = projectNames(project, { folder, written });
    this.past = new Past(project);
    const given = emitOptions(project, options, { names: this.names.given, past: this.past });
    this.generator = new Generator(project, given);
  }

  /** Takes note of a subject whose versions have been read; with its type's last one, the type is made. */
  subject(subject: string): void {
    for (const schema of this.past.judge(subject)) {
      if (isNamed(schema)) this.type(schema);
      else this.roots.set(schema, this.generator.type(schema));
      this.past.forget(schema);
    }
  }

  rest(): Produced {
    const { project, generator } = this;
    for (const { subject } of project.subjects)
      if (!this.past.reads.has(subject)) this.subject(subject);
    const isMade = this.progress.counter(
      project.model.types.length - this.types.size,
      (done, all) => `generated ${done} of ${all} types`,
    );
    for (const type of project.model.types) {
      if (this.types.has(type)) continue;
      this.type(type);
      isMade();
    }
    const topics = project.topics.map((topic) => {
      const roots = rootsOf(topic).flatMap(({ schema }) => this.roots.get(schema) ?? []);
      return [topic.name, [...generator.topic(topic), ...roots]] as const;
    });
    return {
      types: this.types,
      topics: new Map(topics),
      lists: generator.lists(),
      names: this.names,
      findings: [],
    };
  }

  private type(type: NamedSchema): void {
    this.types.set(type, this.isWanted(type) ? this.generator.type(type) : []);
  }
}

/** All that the generated code says beside the schemas. */
function emitOptions(
  project: SchemaProject,
  folders: Folders,
  { names, past }: { names: GivenNames; past: Past },
): GenerateOptions {
  return {
    names,
    ...moveModules(project.config.emit, (module) => fromOutput(module, folders)),
    knownIds: past.knownIds,
    writerVersions: past.writerVersions,
    versions: past.versions,
    reads: past.reads,
    sources: topicSources(project, folders.schemas),
  };
}

/** A module that tavro.json names, which stands in the schemas folder, as seen from the output. */
function fromOutput(module: string, { schemas, out }: Folders): string {
  const path = relative(out, join(schemas, module)).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
