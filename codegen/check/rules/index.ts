/**
 * All rules. The key says which pairs or facts a rule gets; within a key the order is that of the findings:
 * what hides other problems comes first.
 */
import type { FactKind } from '../facts.js';
import type { PairKind, ProjectRule, ProjectRuleSet, Rule, RuleFacts, RuleSet } from '../rule.js';
import { avscRefuses } from './avsc-refuses.js';
import { bytesAsString } from './bytes-as-string.js';
import { decimalChanged } from './decimal-changed.js';
import { defaultBranchChanged } from './default-branch-changed.js';
import { defaultBranchInJava } from './default-branch-in-java.js';
import { defaultChanged } from './default-changed.js';
import { defaultInvalid } from './default-invalid.js';
import { defaultKeyUnknown } from './default-key-unknown.js';
import { defaultNotFirstBranch } from './default-not-first-branch.js';
import { docMissing } from './doc-missing.js';
import { enumDefaultChanged } from './enum-default-changed.js';
import { enumDefaultMissing } from './enum-default-missing.js';
import { enumDefaultUsed } from './enum-default-used.js';
import { enumSymbolMissing } from './enum-symbol-missing.js';
import { fieldAliasAmbiguous } from './field-alias-ambiguous.js';
import { fieldAliasNamespace } from './field-alias-namespace.js';
import { fieldAliasOfSibling } from './field-alias-of-sibling.js';
import { fieldAliasTaken } from './field-alias-taken.js';
import { fieldAttributeUnknown } from './field-attribute-unknown.js';
import { fieldCaseChanged } from './field-case-changed.js';
import { fieldDefaultMissing } from './field-default-missing.js';
import { fieldDefaultUnusable } from './field-default-unusable.js';
import { fieldNameStyle } from './field-name-style.js';
import { fieldRenamed } from './field-renamed.js';
import { fixedSizeMismatch } from './fixed-size-mismatch.js';
import { logicalTypeChanged } from './logical-type-changed.js';
import { logicalTypeIgnored } from './logical-type-ignored.js';
import { logicalTypeMisplaced } from './logical-type-misplaced.js';
import { logicalTypeOneSided } from './logical-type-one-sided.js';
import { lossyPromotion } from './lossy-promotion.js';
import { nameMismatch } from './name-mismatch.js';
import { nameOutsideGrammar } from './name-outside-grammar.js';
import { nullableWithoutDefault } from './nullable-without-default.js';
import { registryDisagrees } from './registry-disagrees.js';
import { registryIdDiffers } from './registry-id-differs.js';
import { registryLevelDiffers } from './registry-level-differs.js';
import { registryVersionMissing } from './registry-version-missing.js';
import { registryVersionUnknown } from './registry-version-unknown.js';
import { releasedVersionEdited } from './released-version-edited.js';
import { releasedVersionRemoved } from './released-version-removed.js';
import { sourceDefaultRemoved } from './source-default-removed.js';
import { sourceEnumDefaultRemoved } from './source-enum-default-removed.js';
import { sourceFieldRemoved } from './source-field-removed.js';
import { sourceFieldRenamed } from './source-field-renamed.js';
import { sourceFieldRetyped } from './source-field-retyped.js';
import { sourceInputRequired } from './source-input-required.js';
import { sourceIntToLong } from './source-int-to-long.js';
import { sourceRootRetyped } from './source-root-retyped.js';
import { sourceSymbolAdded } from './source-symbol-added.js';
import { sourceSymbolRemoved } from './source-symbol-removed.js';
import { sourceTypeMoved } from './source-type-moved.js';
import { subjectRemoved } from './subject-removed.js';
import { timeUnitChanged } from './time-unit-changed.js';
import { typeAliasOfSibling } from './type-alias-of-sibling.js';
import { typeAttributeUnknown } from './type-attribute-unknown.js';
import { typeMismatch } from './type-mismatch.js';
import { typeNameStyle } from './type-name-style.js';
import { unionBranchMissing } from './union-branch-missing.js';
import { unionBranchNamespace } from './union-branch-namespace.js';
import { waiverExpired } from './waiver-expired.js';
import { waiverTooLong } from './waiver-too-long.js';
import { waiverUnused } from './waiver-unused.js';

export const RULES: RuleSet = {
  root: [sourceRootRetyped],
  mismatch: [typeMismatch],
  promotion: [lossyPromotion, bytesAsString],
  value: [decimalChanged, timeUnitChanged, logicalTypeChanged, logicalTypeOneSided],
  named: [nameMismatch, sourceTypeMoved],
  enum: [
    enumSymbolMissing,
    enumDefaultUsed,
    enumDefaultChanged,
    sourceEnumDefaultRemoved,
    sourceSymbolAdded,
    sourceSymbolRemoved,
  ],
  fixed: [fixedSizeMismatch],
  record: [fieldAliasAmbiguous, fieldAliasNamespace],
  field: [
    defaultChanged,
    defaultBranchChanged,
    sourceFieldRenamed,
    sourceFieldRetyped,
    sourceIntToLong,
    sourceDefaultRemoved,
  ],
  unfed: [
    fieldDefaultMissing,
    fieldDefaultUnusable,
    fieldAliasTaken,
    fieldRenamed,
    fieldCaseChanged,
    sourceInputRequired,
  ],
  skipped: [sourceFieldRemoved],
  branch: [unionBranchNamespace, unionBranchMissing],
  ownField: [
    fieldAttributeUnknown,
    logicalTypeMisplaced,
    fieldAliasOfSibling,
    defaultInvalid,
    defaultKeyUnknown,
    defaultBranchInJava,
    defaultNotFirstBranch,
    nullableWithoutDefault,
    fieldNameStyle,
  ],
  ownType: [
    typeAttributeUnknown,
    logicalTypeIgnored,
    typeNameStyle,
    docMissing,
    enumDefaultMissing,
  ],
  ownSchema: [typeAliasOfSibling, nameOutsideGrammar, avscRefuses],
};

/** Rules about a project as a whole. */
export const PROJECT_RULES: ProjectRuleSet = {
  locked: [releasedVersionEdited, releasedVersionRemoved],
  gone: [subjectRemoved],
  verdict: [registryDisagrees],
  level: [registryLevelDiffers],
  registered: [registryVersionUnknown],
  published: [registryVersionMissing, registryIdDiffers],
  waiver: [waiverExpired, waiverTooLong, waiverUnused],
};

/** Every rule about pairs, in the table's order. */
export function pairRules(): readonly Rule<PairKind>[] {
  return Object.values(RULES).flat();
}

/** Every rule about a project, in the table's order. */
export function projectRules(): readonly ProjectRule<FactKind>[] {
  return Object.values(PROJECT_RULES).flat();
}

/** Every rule there is. */
export function allRules(): readonly RuleFacts[] {
  return [...pairRules(), ...projectRules()];
}

/** The table with only the rules that a test lets through. */
export function selectRules(wants: (rule: RuleFacts) => boolean): RuleSet {
  const {
    root,
    mismatch,
    promotion,
    value,
    named,
    enum: enums,
    fixed,
    record,
    field,
    unfed,
    skipped,
    branch,
    ownField,
    ownType,
    ownSchema,
  } = RULES;
  return {
    root: root.filter(wants),
    mismatch: mismatch.filter(wants),
    promotion: promotion.filter(wants),
    value: value.filter(wants),
    named: named.filter(wants),
    enum: enums.filter(wants),
    fixed: fixed.filter(wants),
    record: record.filter(wants),
    field: field.filter(wants),
    unfed: unfed.filter(wants),
    skipped: skipped.filter(wants),
    branch: branch.filter(wants),
    ownField: ownField.filter(wants),
    ownType: ownType.filter(wants),
    ownSchema: ownSchema.filter(wants),
  };
}
