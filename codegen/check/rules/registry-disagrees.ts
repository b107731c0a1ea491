import type { RuleFacts } from '../rule.js';

/** A registry whose verdict is not the gate's. */
export const registryDisagrees: RuleFacts = {
  id: 'registry-disagrees',
  category: 'WIRE',
  severity: 'error',
  why: 'The registry and this gate come to different verdicts on the same versions. What the gate accepts the registry will refuse to register, or the registry accepts what decoders refuse.',
  fix: 'Read both verdicts. If the registry is the stricter one, follow it; if it is the looser one, trust the witness.',
};
