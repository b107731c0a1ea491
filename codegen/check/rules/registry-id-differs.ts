import type { ProjectRule } from '../rule.js';

/** A version that the registry has under another id. */
export const registryIdDiffers: ProjectRule<'published'> = {
  id: 'registry-id-differs',
  category: 'WIRE',
  severity: 'error',
  why: 'Generated code trusts the ids in the lock without asking the registry. If they mean something else there, producers write ids of other schemas, and consumers read data with the wrong one.',
  fix: 'Was the registry replaced by another under the same URL? Run `tavro publish`, which records its ids, then `tavro codegen`.',
  example: {
    facts: {
      subject: 'orders-value',
      version: 2,
      id: 7,
      isLast: true,
      found: [{ id: 9, isDeleted: false }],
    },
    repaired: [
      {
        subject: 'orders-value',
        version: 2,
        id: 9,
        isLast: true,
        found: [{ id: 9, isDeleted: false }],
      },
    ],
  },
  check({ subject, version, id, found }) {
    const [first] = found;
    return first === undefined || found.some((one) => one.id === id)
      ? undefined
      : `v${version} of ${subject} has id ${id} in the lock and ${first.id} in the registry.`;
  },
};
