import type { ProjectRule } from '../rule.js';

/** Longest text of the registry that a finding holds, in UTF-16 units. */
const MAX_WORDS = 1_000;

/** A registry whose verdict is not the gate's. */
export const registryDisagrees: ProjectRule<'verdict'> = {
  id: 'registry-disagrees',
  category: 'WIRE',
  severity: 'error',
  why: 'The registry and this gate come to different verdicts on the same versions. What the gate accepts the registry will refuse to register, or the registry accepts what decoders refuse.',
  fix: 'Read both verdicts. If the registry is the stricter one, follow it; if it is the looser one, trust the witness.',
  example: {
    facts: {
      subject: 'orders-value',
      by: { level: 'FULL' },
      gate: true,
      registry: false,
      words: 'READER_FIELD_MISSING_DEFAULT_VALUE at /fields/3',
    },
    repaired: [
      {
        subject: 'orders-value',
        by: { level: 'FULL' },
        gate: true,
        registry: true,
        words: '',
      },
      {
        subject: 'orders-value',
        by: { level: 'FULL' },
        gate: false,
        registry: false,
        words: 'READER_FIELD_MISSING_DEFAULT_VALUE at /fields/3',
      },
    ],
  },
  check({ subject, by, gate, registry, words }) {
    if (gate === registry) return undefined;
    const [schema, name] =
      'level' in by
        ? [`this schema at ${by.level}`, 'the registry']
        : [`this schema of ${subject}`, by.url];
    if (registry) return `The registry takes ${schema}, and the gate refuses it.`;
    const why = words.slice(0, MAX_WORDS) || 'it does not say why';
    return `The gate takes ${schema}, and ${name} refuses it: ${why}.`;
  },
};
