import type { ProjectRule } from '../rule.js';

/** A version that was published to a registry which no longer has it. */
export const registryVersionMissing: ProjectRule<'published'> = {
  id: 'registry-version-missing',
  category: 'WIRE',
  severity: 'error',
  why: 'The lock says that the registry has this version, and it does not. Messages carry its id, which consumers cannot look up, and the registry holds no further version against it.',
  fix: 'Find out who deleted it. `tavro publish` registers it again where nothing newer was registered since.',
  example: {
    facts: { subject: 'orders-value', version: 2, id: 7, isLast: true, found: [] },
    repaired: [
      {
        subject: 'orders-value',
        version: 2,
        id: 7,
        isLast: true,
        found: [{ id: 7, isDeleted: false }],
      },
    ],
  },
  check({ subject, version, id, isLast, found }) {
    const published = `v${version} of ${subject} was published with id ${id}, and`;
    if (found.length === 0) return `${published} the registry no longer has it.`;
    // Old versions are deleted on purpose at times; the one that is written now is not.
    const isDeleted = found.every((one) => one.isDeleted) && found.some((one) => one.id === id);
    return isLast && isDeleted ? `${published} has been deleted in the registry.` : undefined;
  },
};
