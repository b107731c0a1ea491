/** For tools: one object. */
import { type Json, printJson } from '../../../runtime/json.js';
import { isCompatible } from '../compare.js';
import type { Report } from './report.js';

export function jsonReport({ findings, waived, subjects, rollouts }: Report): string {
  const report = { compatible: isCompatible(findings), findings, waived, subjects, rollouts };
  // Safe: findings and rollouts are plain data.
  return printJson(report as unknown as Json);
}
