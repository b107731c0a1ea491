import { InfraError } from '../../infra/index.js';

/** The error that synth refuses something with. */
export function refusal(make: () => unknown): InfraError {
  try {
    make();
  } catch (error) {
    if (error instanceof InfraError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
