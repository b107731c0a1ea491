/** Which edits may be made without asking: an edit on a guess puts values into fields that are not theirs. */
import type { Finding } from './finding.js';
import type { Edit } from './rule.js';
import { fieldDefaultMissing } from './rules/field-default-missing.js';

/** A finding whose edit may be made. */
export type Fixable = Finding & { readonly edit: Edit };

/**
 * The findings whose edits leave nothing to choose.
 * @param types full names of the project's types
 */
export function chooseFixes(findings: readonly Finding[], types: ReadonlySet<string>): Fixable[] {
  const asked = new Set(
    findings.flatMap(({ rule, edit, at }) =>
      rule === fieldDefaultMissing.id && edit?.kind !== 'null-first' ? [placeKey(at)] : [],
    ),
  );
  const fixable = findings.filter(hasEdit);
  const aliases = typeAliases(fixable);
  return fixable.filter((finding) => {
    const { edit, at } = finding;
    // Whether the field was another one before comes first, and perhaps somebody has to say it.
    if (edit.kind === 'null-first') return !asked.has(placeKey(at));
    if (edit.kind !== 'add-alias' || edit.of !== 'type') return true;
    const name = fullName(edit.name);
    return !types.has(name) && aliases.isOneToOne(finding, name);
  });
}

function hasEdit(finding: Finding): finding is Fixable {
  return finding.edit !== undefined;
}

/** Two types that were one, or one that was two, are for somebody to tell apart. */
function typeAliases(fixable: readonly Fixable[]): {
  isOneToOne(finding: Finding, name: string): boolean;
} {
  const targets = new Map<string, Set<string>>();
  const names = new Map<string, Set<string>>();
  const put = (map: Map<string, Set<string>>, key: string, value: string): void => {
    map.set(key, (map.get(key) ?? new Set()).add(value));
  };
  const sideKey = ({ at, writer, subject }: Finding): string =>
    JSON.stringify([placeKey(at), subject, writer]);
  for (const finding of fixable) {
    const { edit, at } = finding;
    if (edit.kind !== 'add-alias' || edit.of !== 'type') continue;
    put(targets, fullName(edit.name), placeKey(at));
    put(names, sideKey(finding), fullName(edit.name));
  }
  return {
    isOneToOne: (finding, name) =>
      targets.get(name)?.size === 1 && names.get(sideKey(finding))?.size === 1,
  };
}

function placeKey({ file, line, column }: Finding['at']): string {
  return JSON.stringify([file, line, column]);
}

/** `.Order` is `Order` of the null namespace. */
function fullName(alias: string): string {
  return alias.startsWith('.') ? alias.slice(1) : alias;
}
