/** What `check`, `plan` and `codegen` share: a project and its baselines -> findings. */
import { isDeepStrictEqual } from 'node:util';
import { type CompatibilityLevel, DEFAULT_LEVEL } from '../../runtime/registry/levels.js';
import {
  checkSubject,
  rolloutOfSubject,
  type SubjectHistory,
  versionOf,
} from '../check/check-subject.js';
import type { Finding } from '../check/finding.js';
import { judge } from '../check/judge.js';
import { lintProject } from '../check/lint-project.js';
import type { Report } from '../check/report/report.js';
import type { Rollout } from '../check/rollout.js';
import { sourceIntToLong } from '../check/rules/source-int-to-long.js';
import { Severities } from '../check/severity.js';
import { applyWaivers, type WaivedFindings } from '../check/waivers.js';
import { type Context, dayOf } from '../context.js';
import { nextNumber, releasedOf, type SubjectSchema } from '../history/subject.js';
import { placeOf, type SourceText } from '../model/source-text.js';
import { type Progress, progressOf } from '../progress.js';
import { sidesOfTopic } from '../project/config/topics.js';
import type { SchemaProject } from '../project/load.js';
import type { Baseline } from './baseline.js';
import { lockBaseline } from './lock.js';

/** A loaded project with its rules. */
export interface Gate {
  readonly project: SchemaProject;
  readonly folder: string;
  readonly severities: Severities;
  /** Each subject once. */
  readonly subjects: readonly SubjectSchema[];
  readonly levels: ReadonlyMap<string, CompatibilityLevel>;
}

export function openGate(project: SchemaProject, folder: string): Gate {
  const { config } = project;
  return {
    project,
    folder,
    severities: new Severities(config.check),
    subjects: [...new Map(project.subjects.map((one) => [one.subject, one])).values()],
    levels: new Map(
      config.topics.flatMap((topic) =>
        sidesOfTopic(topic).map(({ subject }) => [subject, topic.compatibility]),
      ),
    ),
  };
}

export function openLock({ project, subjects }: Gate): Baseline {
  return lockBaseline(project.history, new Set(subjects.map(({ subject }) => subject)));
}

/** A subject as a baseline sees it. */
function historyOf(
  gate: Gate,
  baseline: Baseline,
  { subject, schema }: SubjectSchema,
): SubjectHistory {
  const released = releasedOf(gate.project.history.lock.subjects.get(subject));
  const number = baseline.nextNumber?.(subject) ?? nextNumber(released);
  return {
    subject,
    level: baseline.levelOf?.(subject) ?? gate.levels.get(subject) ?? DEFAULT_LEVEL,
    history: baseline.history(subject),
    candidate: versionOf(`v${number} (draft)`, schema),
  };
}

/** What a baseline says before waivers: of itself, and of each subject in turn. */
export interface Checked {
  readonly facts: readonly Finding[];
  readonly subjects: ReadonlyMap<string, CheckedSubject>;
}

export interface CheckedSubject {
  readonly findings: readonly Finding[];
  /** Of a subject that changed. */
  readonly rollout?: Rollout;
}

interface CheckOptions {
  /** Whether the versions are needed once they are checked. @default false */
  readonly keepsVersions?: boolean;
  /** Told of each subject. */
  readonly progress?: Progress;
  /** Called when a subject has been checked: now its versions are there. */
  readonly afterSubject?: (subject: string, checked: CheckedSubject) => void;
}

/** All subjects against one baseline, one after the other. */
export function checkBaseline(
  gate: Gate,
  baseline: Baseline,
  { keepsVersions = false, progress, afterSubject }: CheckOptions = {},
): Checked {
  const { severities } = gate;
  const subjects = new Map<string, CheckedSubject>();
  const all = [...gate.subjects, ...(baseline.extraSubjects ?? [])];
  const isChecked = progress?.counter(
    all.length,
    (done, total) => `checked ${done} of ${total} subjects`,
  );
  for (const { subject, schema } of all) {
    const history = historyOf(gate, baseline, { subject, schema });
    const findings = [
      ...judge(baseline.factsOf?.(subject) ?? [], severities),
      ...checkSubject(history, severities),
    ].filter((finding) => !isNumberAsBefore(gate, finding));
    const rollout = rolloutOfSubject(history);
    // A type without a topic is checked under its own name, which a subject may have too.
    const { findings: known = [] } = subjects.get(subject) ?? {};
    const result = { findings: [...known, ...findings], ...(rollout && { rollout }) };
    subjects.set(subject, result);
    afterSubject?.(subject, result);
    if (!keepsVersions) baseline.forget?.(subject);
    isChecked?.();
  }
  return { facts: judge(baseline.facts, severities), subjects };
}

export interface RunOptions extends CheckOptions {
  readonly context: Context;
  readonly withLint: boolean;
}

/** What the gate says in the end. */
export interface Verdict extends WaivedFindings {
  readonly rollouts: readonly Rollout[];
}

/** Everything there is to say against some baselines. */
export function runGate(
  gate: Gate,
  baselines: readonly Baseline[],
  { context, withLint, ...checking }: RunOptions,
): Verdict {
  const options = { progress: progressOf(context), ...checking };
  const checked = baselines.map((baseline) => checkBaseline(gate, baseline, options));
  const lints = withLint ? lintsOf(gate) : [];
  const isRegistryAsked = baselines.some(({ name }) => name.startsWith('registry'));
  return conclude({ checked, lints }, gate, { context, withLint, isRegistryAsked });
}

/** What the schemas alone give cause to say: of the subjects in their order, then of the rest. */
export function lintsOf({ project, severities, subjects }: Gate): readonly Finding[] {
  const roots = project.model.files.flatMap(({ root }) => root ?? []);
  return inOrder(
    lintProject({ subjects, roots }, severities),
    subjects.map(({ subject }) => subject),
  );
}

/** Findings by their subjects, those of one by where they stand. */
export function inOrder(
  findings: readonly Finding[],
  subjects: readonly string[],
): readonly Finding[] {
  const ranks = new Map(subjects.map((subject, index) => [subject, index]));
  const rank = ({ subject }: Finding): number => ranks.get(subject ?? '') ?? subjects.length;
  return [...findings].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : 0) ||
      a.at.line - b.at.line ||
      a.at.column - b.at.column,
  );
}

/** The findings of all baselines, each once, less what is waived. */
export function conclude(
  { checked, lints }: { checked: readonly Checked[]; lints: readonly Finding[] },
  { project, severities }: { project: Pick<SchemaProject, 'config'>; severities: Severities },
  run: { context: Context; withLint: boolean; isRegistryAsked: boolean },
): Verdict {
  const { context, withLint, isRegistryAsked } = run;
  const findings = checked.flatMap(({ facts, subjects }) => [
    ...facts,
    ...[...subjects.values()].flatMap((subject) => subject.findings),
  ]);
  return {
    ...applyWaivers(once([...findings, ...lints]), project.config.check.waivers, {
      today: dayOf(context),
      severities,
      isLookedFor: ({ rule }) => withLint && (!rule.startsWith('registry-') || isRegistryAsked),
    }),
    rollouts: checked.flatMap(({ subjects }) =>
      [...subjects.values()].flatMap(({ rollout }) => rollout ?? []),
    ),
  };
}

/** Where the project shows a long as a number, an int that becomes one changes nothing for code. */
function isNumberAsBefore({ project }: Gate, { rule, at }: Finding): boolean {
  if (rule !== sourceIntToLong.id) return false;
  const { longs, fieldLongs } = project.config.emit;
  for (const type of project.model.types) {
    const fields = type.kind === 'record' ? type.fields : [];
    const field = fields.find(({ origin }) => isDeepStrictEqual(placeOf(origin), at));
    if (field !== undefined)
      return (fieldLongs.get(`${type.name}.${field.name}`) ?? longs) === 'number';
  }
  return longs === 'number';
}

/** Two baselines may hold the same version and say the same of it. */
function once(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, subject, reader, writer, path, at, message }) => {
    const key = JSON.stringify([rule, subject, reader, writer, path, at, message]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** A report of a run. */
export function reportOf(
  gate: Gate,
  run: ReturnType<typeof runGate>,
  { baselines, context }: { baselines: readonly Baseline[]; context: Context },
): Report {
  const sources = new Map(
    gate.project.model.files.map(({ source }): [string, SourceText] => [source.file, source]),
  );
  const configured = gate.project.config.source;
  if (configured !== undefined) sources.set(configured.file, configured);
  return {
    ...run,
    subjects: gate.subjects.map(({ subject }) => subject),
    sourceOf: (file) => {
      const own = sources.get(file);
      if (own !== undefined) return own;
      for (const baseline of baselines) {
        const source = baseline.sourceOf(file);
        if (source !== undefined) return source;
      }
      return undefined;
    },
    color: context.color ?? false,
  };
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}
