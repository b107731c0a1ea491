/**
 * Mutation operators on schemas: each changes one thing at one place. What the gate says of it is a
 * claim: rules of which one at least sees it wherever it is made, or why none does.
 */
import type { Mutation } from './edits.js';
import { ENUMS, LOGICAL_TYPES } from './enums-and-logical-types.js';
import { FIELD_DEFAULTS, FIELDS } from './fields.js';
import { NAMES, WORDS } from './names.js';
import { TYPES, UNIONS } from './types.js';

export const MUTATIONS: readonly Mutation[] = [
  ...NAMES,
  ...WORDS,
  ...FIELDS,
  ...FIELD_DEFAULTS,
  ...UNIONS,
  ...TYPES,
  ...LOGICAL_TYPES,
  ...ENUMS,
];
