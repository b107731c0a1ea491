/** Node's avsc: reads Avro IDL, and tells what its users' consumers would refuse. */
import { createRequire } from 'node:module';
import type * as Avsc from 'avsc';

let avsc: typeof Avsc | undefined;

/** The package, loaded when first asked: most runs do without. */
export function loadAvsc(): typeof Avsc {
  // Safe: the package's own declarations.
  avsc ??= createRequire(import.meta.url)('avsc') as typeof Avsc;
  return avsc;
}
