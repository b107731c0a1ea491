/**
 * Calls what applications give us to be told things, such as a telemetry: what it throws, or rejects
 * with, is dropped, and the answer is `undefined` then.
 */
export function attempt<T>(work: () => T): T | undefined {
  try {
    const given = work();
    // Of an async function: nobody else would take what it throws, and the process would end.
    if (given instanceof Promise) given.catch(() => undefined);
    return given;
  } catch {
    return undefined;
  }
}
