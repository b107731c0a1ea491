/** `tavro check --fix`: edits schema files as findings say, and takes back what did no good. */
import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { chooseFixes, type Fixable } from '../check/choose-fixes.js';
import type { Finding } from '../check/finding.js';
import { applyFix } from '../check/fix.js';
import { replaceFiles } from '../disk/replace.js';
import { isIdl } from '../model/schema-file.js';
import { SourceText } from '../model/source-text.js';

/** What a look at the project shows. */
export interface Look {
  /** Where the project's files are. */
  readonly folder: string;
  readonly findings: readonly Finding[];
  /** The project's own files: nothing else is edited. */
  readonly files: ReadonlySet<string>;
  /** Full names of its types. */
  readonly types: ReadonlySet<string>;
}

/** What came of it. */
export interface Fixes {
  readonly fixed: readonly Finding[];
  /** What could be mended and stands in Avro IDL, which is never written here. */
  readonly inIdl: readonly Finding[];
}

/** Most rounds of one run: each may bring a further finding to light. */
const MAX_ROUNDS = 1_000;

/**
 * Edits each file at one place at a time and looks again: an edit moves all that stands behind it.
 * An edit after which its finding is still there, another error came, or the project cannot be read
 * any more, is taken back.
 */
export async function fixAll(look: () => Promise<Look>): Promise<Fixes> {
  const fixed: Finding[] = [];
  const failed = new Set<string>();
  // Where several edits together did no good, they are tried one by one.
  let isOneByOne = false;
  let before = await look();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const edits = await makeEdits(before, { failed, isOneByOne });
    if (edits.length === 0) break;
    write(before.folder, edits, ({ next }) => next);
    const after = await look().catch(() => undefined);
    if (after !== undefined && isBetter(before, after, edits)) {
      fixed.push(...edits.map(({ finding }) => finding));
      before = after;
      continue;
    }
    write(before.folder, edits, ({ raw }) => raw);
    const [only, ...others] = edits;
    if (only !== undefined && others.length === 0) failed.add(keyOf(only.finding));
    else isOneByOne = true;
  }
  const inIdl = fixableIn(before).filter(({ at }) => isIdl(at.file));
  return { fixed, inIdl };
}

/** What could be mended in the project's own files. */
function fixableIn({ findings, files, types }: Look): Fixable[] {
  return chooseFixes(findings, types).filter(({ at }) => files.has(at.file));
}

/** An edit of a file, and what the file was. */
interface FileEdit {
  readonly file: string;
  readonly raw: string;
  readonly next: string;
  readonly finding: Finding;
}

function write(
  folder: string,
  edits: readonly FileEdit[],
  textOf: (edit: FileEdit) => string,
): void {
  const files = edits.map((edit) => ({
    path: relative(folder, edit.file).split(sep).join('/'),
    text: textOf(edit),
  }));
  replaceFiles([{ folder, files }]);
}

/** At most one edit for each file, the one furthest down that can be made. */
async function makeEdits(
  look: Look,
  { failed, isOneByOne }: { failed: Set<string>; isOneByOne: boolean },
): Promise<FileEdit[]> {
  const edits = new Map<string, FileEdit>();
  const fixable = fixableIn(look)
    .filter((finding) => !isIdl(finding.at.file) && !failed.has(keyOf(finding)))
    .sort(({ at: a }, { at: b }) => b.line - a.line || b.column - a.column);
  for (const finding of fixable) {
    const { file } = finding.at;
    if (edits.has(file) || (isOneByOne && edits.size > 0)) continue;
    const edit = await editOf(finding);
    if (edit === undefined) failed.add(keyOf(finding));
    else edits.set(file, edit);
  }
  return [...edits.values()];
}

async function editOf(finding: Fixable): Promise<FileEdit | undefined> {
  const { file } = finding.at;
  const raw = await readFile(file, 'utf8');
  const source = new SourceText(file, raw);
  const text = applyFix(source.text, source.offset(finding.at), finding.edit);
  if (text === undefined || text === source.text) return undefined;
  return { file, raw, next: raw.startsWith('\uFEFF') ? `\uFEFF${text}` : text, finding };
}

/** Whether what was mended is gone, and no error came for it but such as are mended next. */
function isBetter(before: Look, after: Look, edits: readonly FileEdit[]): boolean {
  const known = new Set(before.findings.map(matterOf));
  const mended = new Set(edits.map(({ finding }) => keyOf(finding)));
  const next = new Set<Finding>(chooseFixes(after.findings, after.types));
  return !after.findings.some(
    (finding) =>
      mended.has(keyOf(finding)) ||
      (finding.severity === 'error' && !known.has(matterOf(finding)) && !next.has(finding)),
  );
}

/** What a finding is about, wherever it stands now. */
function matterOf({ rule, subject, reader, writer, path }: Finding): string {
  return JSON.stringify([rule, subject, reader, writer, path]);
}

/** The same with its edit: one place may need several. */
function keyOf(finding: Finding): string {
  return JSON.stringify([matterOf(finding), finding.edit]);
}
