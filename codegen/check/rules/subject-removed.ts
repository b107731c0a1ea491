import type { RuleFacts } from '../rule.js';

/** A schema that is gone. */
export const subjectRemoved: RuleFacts = {
  id: 'subject-removed',
  category: 'SOURCE',
  severity: 'error',
  why: 'Generated code no longer has the type, while data of it may still be in the topic and consumers may still read it.',
  fix: "Keep the schema until nothing reads or writes it; then remove it with a waiver that says so. If it was renamed, add the name it had to the new type's aliases.",
};
