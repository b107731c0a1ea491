/** Parses what was generated: the generator is to write TypeScript, whatever the schemas say. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ts } from 'ts-morph';
import type { FileText } from '../../codegen/emit/file.js';

/** Fails when a file is not TypeScript: a fault of the generator, never of a schema. */
export function refuseBadSyntax(files: readonly FileText[]): void {
  for (const { path, text } of files) {
    const parsed: ts.SourceFile & { readonly parseDiagnostics?: readonly ts.Diagnostic[] } =
      ts.createSourceFile(path, text, {
        languageVersion: ts.ScriptTarget.ES2022,
        jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
      });
    const [first] = parsed.parseDiagnostics ?? [];
    if (first === undefined) continue;
    const message = ts.flattenDiagnosticMessageText(first.messageText, ' ');
    throw new Error(`The generator wrote a file that is not TypeScript: ${path}: ${message}`);
  }
}

/** The same of the files in a folder. A pipe in the place of one would keep who reads it waiting. */
export function refuseBadSyntaxIn(folder: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const modules = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  const paths = modules.map(({ parentPath, name }) => join(parentPath, name));
  refuseBadSyntax(
    paths.map((path) => ({ path: relative(folder, path), text: readFileSync(path, 'utf8') })),
  );
}
