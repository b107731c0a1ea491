/** The formats that `--format` knows. */
import { compactReport } from './compact.js';
import { githubReport } from './github.js';
import { gitlabReport } from './gitlab.js';
import { jsonReport } from './json.js';
import { junitReport } from './junit.js';
import { markdownReport } from './markdown.js';
import type { Report } from './report.js';
import { sarifReport } from './sarif.js';
import { textReport } from './text.js';

export const FORMATS = {
  text: textReport,
  compact: compactReport,
  json: jsonReport,
  github: githubReport,
  sarif: sarifReport,
  junit: junitReport,
  gitlab: gitlabReport,
  markdown: markdownReport,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;
export type Format = keyof typeof FORMATS;

// Safe: the keys of an object literal that nobody changes are its own.
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];
