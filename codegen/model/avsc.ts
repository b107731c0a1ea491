/** Node's avsc: reads Avro IDL, and tells what its users' consumers would refuse. */
import { createRequire } from 'node:module';
import type * as Avsc from 'avsc';

let avsc: typeof Avsc | undefined;

/** The package as a source has it, and as the build has it beside this module. */
const PACKAGE = import.meta.url.endsWith('.ts') ? 'avsc' : './avsc.cjs';

/** The package, loaded when first asked: most runs do without. */
export function loadAvsc(): typeof Avsc {
  // Safe: the package's own declarations.
  avsc ??= createRequire(import.meta.url)(PACKAGE) as typeof Avsc;
  return avsc;
}
