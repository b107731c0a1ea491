/** SARIF 2.1.0, which code scanning services read. */
import { visible } from '../../../runtime/printable.js';
import type { Place } from '../../model/source-text.js';
import type { Finding } from '../finding.js';
import { allRules } from '../rules/index.js';
import { fingerprintOf } from './finding-fingerprint.js';
import { oneLine, type Report } from './report.js';

export function sarifReport({ findings }: Report): string {
  const used = new Set(findings.map(({ rule }) => rule));
  const rules = allRules()
    .filter(({ id }) => used.has(id))
    .map(({ id, category, why, fix }) => ({
      id,
      shortDescription: { text: id },
      fullDescription: { text: why },
      help: { text: fix },
      properties: { category },
    }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'tavro', rules } }, results: findings.map(result) }],
  };
  return JSON.stringify(log, null, 2);
}

function result(finding: Finding): object {
  const { rule, severity, at, readerAt, writerAt, fix } = finding;
  const others = [readerAt, writerAt].filter(
    (place): place is Place => place !== undefined && place !== at,
  );
  return {
    ruleId: rule,
    level: severity === 'error' ? 'error' : 'warning',
    message: { text: plain(`${oneLine(finding)} Fix: ${visible(fix)}`) },
    locations: [location(at)],
    ...(others.length === 0 ? {} : { relatedLocations: others.map(location) }),
    partialFingerprints: { 'tavro/v1': fingerprintOf(finding) },
  };
}

/** `[text](target)` would be a link (section 3.11.6), of which a stranger may choose both. */
function plain(text: string): string {
  return text.replaceAll('](', '] (');
}

function location({ file, line, column }: Place): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(visible(file)) },
      region: { startLine: line, startColumn: column },
    },
  };
}
