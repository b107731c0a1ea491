import type { Baseline } from '../baseline/baseline.js';
import { type Gate, hasErrors, reportOf, runGate } from '../baseline/run.js';
import { textReport } from '../check/report/text.js';
import type { Context } from '../context.js';

/** The gate's report where it finds errors: then nothing may be registered. */
export function refusalOf(
  gate: Gate,
  baselines: readonly Baseline[],
  context: Context,
): string | undefined {
  const run = runGate(gate, baselines, { context, withLint: true, keepsVersions: true });
  if (!hasErrors(run.findings)) return undefined;
  return textReport(reportOf(gate, run, { baselines, context }));
}
