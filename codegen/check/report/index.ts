/** The formats that `--format` knows. */
import { githubReport } from './github.js';
import { gitlabReport } from './gitlab.js';
import { jsonReport } from './json.js';
import { junitReport } from './junit.js';
import type { Report } from './report.js';
import { sarifReport } from './sarif.js';
import { textReport } from './text.js';

export const FORMATS = {
  text: textReport,
  json: jsonReport,
  github: githubReport,
  sarif: sarifReport,
  junit: junitReport,
  gitlab: gitlabReport,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;
export type Format = keyof typeof FORMATS;

export const FORMAT_NAMES = ['text', 'json', 'github', 'sarif', 'junit', 'gitlab'] as const;
