import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PARTIAL } from './cache.js';
import type { Java } from './java.js';
import type { Kept } from './watchdog.js';

const ID_CHARACTERS = 12;
const SUFFIX = '.jsa';
/** A Java that does not have one of these options starts without. */
const LENIENT = '-XX:+IgnoreUnrecognizedVMOptions';

/** Java's options, of a start that uses the archive or of one that leaves it behind. */
export interface ClassArchive {
  readonly flags: readonly string[];
  /** What a broker leaves that is ended gently, for the starts after it. */
  readonly kept?: Kept;
}

/**
 * The classes of Kafka as a JVM has them when it is up (an archive of class data sharing), which a start
 * then maps in place of reading, checking and linking 7,000 classes: half of its processor time. It
 * lies beside the jars that it was made of, and its name says which Java made it, and its length.
 * Without one, or with one that is damaged, a broker starts as it always did.
 */
export function usedClassArchive(java: Java, jars: string): ClassArchive {
  const archive = findArchive(java, jars);
  if (archive === undefined) return { flags: [] };
  // Checksums, which cost nothing that could be measured: Java takes what it reads for its own otherwise.
  const checked = ['-XX:+UnlockDiagnosticVMOptions', '-XX:+VerifySharedSpaces'];
  return { flags: [LENIENT, `-XX:SharedArchiveFile=${archive}`, ...checked, '-Xlog:cds=off'] };
}

/** For the broker that leaves the archive behind; none where there is one, or none can be made. */
export function newClassArchive(java: Java, jars: string): ClassArchive {
  if (!canMake(java, jars) || findArchive(java, jars) !== undefined) return { flags: [] };
  const from = join(
    dirname(jars),
    `${basename(jars)}-classes${PARTIAL}${randomBytes(6).toString('hex')}`,
  );
  return {
    flags: [LENIENT, `-XX:ArchiveClassesAtExit=${from}`, '-Xlog:cds=off,cds+dynamic=off'],
    kept: { from, to: join(jars, prefixOf(java)), suffix: SUFFIX },
  };
}

/** Windows cannot ask a JVM to end, which is when it writes the archive. */
function canMake({ shares }: Java, jars: string): boolean {
  if (!shares || process.platform === 'win32') return false;
  try {
    for (const directory of [jars, dirname(jars)]) accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The one of this Java that is whole. Others of its name, cut short or made at the same time, are removed. */
function findArchive(java: Java, jars: string): string | undefined {
  const prefix = prefixOf(java);
  const names = readdirSync(jars).filter((name) => name.startsWith(prefix));
  const isWhole = (name: string) =>
    name === `${prefix}${statSync(join(jars, name), { throwIfNoEntry: false })?.size}${SUFFIX}`;
  const whole = names.find(isWhole);
  for (const name of names) if (name !== whole) tryToRemove(join(jars, name));
  return whole && join(jars, whole);
}

function tryToRemove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Of a cache that cannot be written: it stays, unused.
  }
}

/** Java refuses an archive of another build, and says nothing of it. */
function prefixOf({ build }: Java): string {
  const id = createHash('sha256').update(build).digest('hex').slice(0, ID_CHARACTERS);
  return `classes-${id}-`;
}
