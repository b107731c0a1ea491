/** The scripts that keep stale generated code from being built, tested or deployed. */
import { applyEdits, modify } from 'jsonc-parser';
import { CodegenError } from '../error.js';

/** A package.json's text with the scripts that it lacked. */
export interface ScriptedPackage {
  readonly text: string;
  readonly added: readonly string[];
  /** Scripts of the same names that do something else, and that the package keeps. */
  readonly kept: readonly string[];
}

const DEFAULT_INDENT = 2;

/**
 * Adds scripts that are not there. What is there stays as it is, down to its formatting.
 * @throws CodegenError `INPUT_INVALID` for a text that npm could not read either
 */
export function withScripts(
  text: string,
  scripts: Readonly<Record<string, string>>,
): ScriptedPackage {
  const found = parsePackage(text);
  const added: string[] = [];
  const kept: string[] = [];
  const formattingOptions = formattingOf(text);
  let next = text;
  for (const [name, script] of Object.entries(scripts)) {
    const known = found.scripts?.[name];
    if (known === script) continue;
    if (known !== undefined) {
      kept.push(name);
      continue;
    }
    next = applyEdits(next, modify(next, ['scripts', name], script, { formattingOptions }));
    added.push(name);
  }
  return { text: next, added, kept };
}

function parsePackage(text: string): { readonly scripts?: Readonly<Record<string, unknown>> } {
  try {
    return JSON.parse(text) ?? {};
  } catch (cause) {
    throw new CodegenError('INPUT_INVALID', 'package.json is not JSON. Nothing was written.', {
      cause,
    });
  }
}

function formattingOf(text: string): { tabSize: number; insertSpaces: boolean; eol: string } {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? ' '.repeat(DEFAULT_INDENT);
  return {
    tabSize: indent.length,
    insertSpaces: !indent.startsWith('\t'),
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
