/** Why the dev registry does not start. */
export type RegistryStartErrorCode =
  | 'ADDRESS' // the port is taken, or the address is none of this machine
  | 'FILE_HELD' // another registry keeps the file
  | 'FILE_INVALID'; // the file is not ours, or cannot be read

/** A failure that whoever starts the registry can mend; the message says how. */
export class RegistryStartError extends Error {
  override readonly name = 'RegistryStartError';
  readonly code: RegistryStartErrorCode;

  constructor(code: RegistryStartErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : options);
    this.code = code;
  }
}
