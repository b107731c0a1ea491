import type { RuleFacts } from '../rule.js';

/** A version that the registry has under another id. */
export const registryIdDiffers: RuleFacts = {
  id: 'registry-id-differs',
  category: 'WIRE',
  severity: 'error',
  why: 'Generated code trusts the ids in the lock without asking the registry. If they mean something else there, producers write ids of other schemas, and consumers read data with the wrong one.',
  fix: 'Was the registry replaced by another under the same URL? Run `tavro publish`, which records its ids, then `tavro codegen`.',
};
