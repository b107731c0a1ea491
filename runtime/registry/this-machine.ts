/** Schema ids that hold on one machine only; generated code has them of registries such as localhost. */

/**
 * These ids on the machine that has this mark, none elsewhere: `http://localhost:8081` is another
 * registry on each machine, and its ids mean other schemas there.
 */
export function onMachine<Known>(
  mark: string,
  ids: Readonly<Record<string, Known>>,
): Readonly<Record<string, Known>> {
  return thisMachine() === mark ? ids : {};
}

/** Marks user and host, without naming them: 12 hex digits. Empty where nothing tells, as in a browser. */
export function thisMachine(): string {
  // Not imported, so that bundles for other platforms need no `node:` module.
  const builtin = globalThis.process?.getBuiltinModule;
  if (builtin === undefined) return '';
  const os = builtin('node:os');
  const text = `${userOf(os)}@${os.hostname()}`;
  return builtin('node:crypto').createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function userOf(os: typeof import('node:os')): string {
  try {
    return os.userInfo().username;
  } catch {
    return ''; // A container may run as a user that it has no name for.
  }
}
