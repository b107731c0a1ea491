/** Packages that are loaded when they are needed, and may not be there. */

/** What Node, in both kinds of module, and Yarn's Plug'n'Play say of a package that is not there. */
const MISSING = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

/**
 * Whether what an import threw says that the package itself is missing. Other errors are of one that is
 * there: it lacks a package of its own, or was bundled into what cannot hold it.
 */
export function isMissing(thrown: unknown, name: string): boolean {
  const { code, message }: { code?: unknown; message?: unknown } = Object(thrown);
  const names = [`'${name}'`, `to access ${name},`, `to access ${name} `];
  return MISSING.some((one) => one === code) && names.some((it) => String(message).includes(it));
}
