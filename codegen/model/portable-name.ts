/** Names of files after subjects and topics: such as any file system takes, and each its own. */
import { createHash } from 'node:crypto';

/** Most characters of a name that stand in its file's name: with what follows, below any system's 255. */
const MAX_CHARACTERS = 120;
/** Hex digits that tell names apart which a file system takes for one, or which were cut. */
const HEX_DIGITS = 8;

/** Devices that Windows reserves in every folder, whatever ending follows. */
const WINDOWS = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Whether Windows takes a file or folder of this name for a device. */
export function isDevice(name: string): boolean {
  return WINDOWS.test(name);
}

/**
 * A name without its ending for the file of a subject or topic: the name itself where it is of small
 * letters, digits, `.`, `_` and `-`. Other characters are percent-encoded; a name with capitals, which
 * may be one with another where case does not count, and one that cannot stand so has a hash behind it:
 * `Orders-value` is `Orders-value~7f7e9559`.
 */
export function portableName(name: string): string {
  const encoded = name.replace(/[^a-zA-Z0-9._-]/gu, percentEncoded).replace(/^\./, '%2e');
  const isPlain = !/[A-Z]/.test(encoded) && encoded.length <= MAX_CHARACTERS && !isDevice(encoded);
  if (isPlain && encoded !== '') return encoded;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HEX_DIGITS);
  return `${encoded.slice(0, MAX_CHARACTERS)}~${hash}`;
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('');
}
