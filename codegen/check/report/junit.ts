/** JUnit XML: a suite for each subject, a test case for each finding, one that passes where none is. */
import { visible } from '../../../runtime/printable.js';
import { printPlace } from '../../model/source-text.js';
import type { Finding } from '../finding.js';
import { oneLine, type Report } from './report.js';

export function junitReport({ findings, subjects }: Report): string {
  const names = [...new Set([...subjects, ...findings.map(({ subject }) => subject ?? 'schemas')])];
  const suites = names.map((name) =>
    suite(
      name,
      findings.filter(({ subject }) => (subject ?? 'schemas') === name),
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="tavro">',
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function suite(name: string, findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const cases =
    findings.length === 0
      ? [`    <testcase classname="${xml(name)}" name="compatible"/>`]
      : findings.map(testCase);
  return [
    `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${errors.length}" errors="0">`,
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

function testCase(finding: Finding): string {
  const { rule, severity, subject, at, category, fix } = finding;
  const text = [`${printPlace(at)}: ${oneLine(finding)}`, `Fix: ${fix}`].map(xml).join('&#10;');
  // A warning is no failure, yet its text should be kept.
  const body =
    severity === 'error'
      ? `<failure type="${category}" message="${xml(finding.message)}">${text}</failure>`
      : `<system-out>${text}</system-out>`;
  return `    <testcase classname="${xml(subject ?? 'schemas')}" name="${rule}_${at.line}_${at.column}" file="${xml(at.file)}" line="${at.line}">${body}</testcase>`;
}

/** XML 1.0 has no place for most controls and for lone surrogates, not even as a reference. */
function xml(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
