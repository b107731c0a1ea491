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
import type { Context } from '../context.js';
import { nextNumber, releasedOf, type SubjectSchema } from '../history/subject.js';
import { placeOf, type SourceText } from '../model/source-text.js';
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
      config.topics.flatMap(({ subjects, compatibility }) => [
        [subjects.value, compatibility],
        [subjects.key, compatibility],
      ]),
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

/** All subjects against one baseline, one after the other. */
function checkBaseline(gate: Gate, baseline: Baseline, keepsVersions: boolean): Checked {
  const { severities } = gate;
  const findings = judge(baseline.facts, severities);
  const rollouts: Rollout[] = [];
  for (const subject of [...gate.subjects, ...(baseline.extraSubjects ?? [])]) {
    const history = historyOf(gate, baseline, subject);
    findings.push(
      ...judge(baseline.factsOf?.(subject.subject) ?? [], severities),
      ...checkSubject(history, severities),
    );
    const rollout = rolloutOfSubject(history);
    if (rollout !== undefined) rollouts.push(rollout);
    if (!keepsVersions) baseline.forget?.(subject.subject);
  }
  return { findings, rollouts };
}

interface Checked {
  readonly findings: readonly Finding[];
  readonly rollouts: readonly Rollout[];
}

export interface RunOptions {
  readonly context: Context;
  readonly withLint: boolean;
  /** Whether the versions are needed once they are checked. @default false */
  readonly keepsVersions?: boolean;
}

/** Everything there is to say against some baselines. */
export function runGate(
  gate: Gate,
  baselines: readonly Baseline[],
  { context, withLint, keepsVersions = false }: RunOptions,
): WaivedFindings & { readonly rollouts: readonly Rollout[] } {
  const { project, severities } = gate;
  const roots = project.model.files.flatMap(({ root }) => root ?? []);
  const checked = baselines.map((baseline) => checkBaseline(gate, baseline, keepsVersions));
  const findings = checked.flatMap((one) => one.findings);
  const lints = withLint ? lintProject({ subjects: gate.subjects, roots }, severities) : [];
  const all = once([...findings, ...lints]).filter((one) => !isNumberAsBefore(gate, one));
  return {
    ...applyWaivers(all, project.config.check.waivers, {
      today: (context.now?.() ?? new Date()).toISOString().slice(0, 10),
      severities,
      isLookedFor: ({ rule }) =>
        withLint &&
        (!rule.startsWith('registry-') ||
          baselines.some(({ name }) => name.startsWith('registry'))),
    }),
    rollouts: checked.flatMap((one) => one.rollouts),
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
