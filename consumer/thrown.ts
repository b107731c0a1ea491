/**
 * Code or class of what was thrown, such as `ECONNREFUSED` or `TypeError`: its message may hold what it was
 * about. undefined where it has neither, or one that is no plain word.
 */
export function nameOfThrown(thrown: unknown): string | undefined {
  try {
    const { name, code }: { name?: unknown; code?: unknown } = Object(thrown);
    return [code, name].find(isWord);
  } catch {
    // A getter of its own threw: what was thrown is what it was all the same.
    return undefined;
  }
}

/** Not more than fits a name, and no mark in it that means something where it is read. */
function isWord(text: unknown): text is string {
  return typeof text === 'string' && /^\w{1,64}$/.test(text);
}
