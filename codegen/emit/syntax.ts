/** Parses what was generated before it is written. The only file that uses ts-morph. */
import { createRequire } from 'node:module';
import type * as TsMorph from 'ts-morph';
import type { FileText } from './file.js';

const NO_FILE: FileText = { path: '', text: '' };

/** Files parsed in one run. All of thousands would take as long as generating them does. */
const MAX_PARSED = 200;

/**
 * Fails when a file is not TypeScript: a fault of the generator, never of a schema. Takes files
 * that are about to be written: the compiler loads only when there are any. Of more than
 * {@link MAX_PARSED} it parses so many, spread evenly.
 */
export function refuseBadSyntax(files: readonly FileText[]): void {
  if (files.length === 0) return;
  // Safe: the package's own declarations. An import would first look for names in all of its text.
  const { ts } = createRequire(import.meta.url)('ts-morph') as typeof TsMorph;
  const step = Math.max(1, files.length / MAX_PARSED);
  for (let at = 0; at < files.length; at += step) {
    const { path, text } = files[Math.floor(at)] ?? NO_FILE;
    const parsed: TsMorph.ts.SourceFile & {
      readonly parseDiagnostics?: readonly TsMorph.ts.Diagnostic[];
    } = ts.createSourceFile(path, text, {
      languageVersion: ts.ScriptTarget.ES2022,
      jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    });
    const [first] = parsed.parseDiagnostics ?? [];
    if (first === undefined) continue;
    const message = ts.flattenDiagnosticMessageText(first.messageText, ' ');
    throw new Error(`The generator wrote a file that is not TypeScript: ${path}: ${message}`);
  }
}
