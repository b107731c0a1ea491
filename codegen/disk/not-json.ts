/** What to say of a file of the project's own that another tool could not read either. */
import { CodegenError } from '../error.js';
import { SourceText } from '../model/source-text.js';

/** @param offset where it stops being JSON, if that is known */
export function notJson(file: string, text: string, offset?: number): CodegenError {
  const { line, column } = new SourceText(file, text).place(offset ?? 0);
  const place = offset === undefined ? file : `${file}:${line}:${column}`;
  return refusal(`${place} is not JSON.`);
}

export function notAnObject(file: string, what: string): CodegenError {
  return refusal(`${file}: ${what} must be an object.`);
}

function refusal(what: string): CodegenError {
  return new CodegenError(
    'INPUT_INVALID',
    `${what} Mend it, and run init again. Nothing was written.`,
  );
}
