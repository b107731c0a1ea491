/** What a failed file operation says, in words. */
export function reason(error: unknown): string {
  const known = WORDS[systemCode(error) ?? ''];
  return known ?? (error instanceof Error ? error.message : String(error));
}

/** The system's name of what went wrong, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  // Not by class: under a test runner the errors of node: are of another realm.
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const WORDS: Readonly<Record<string, string | undefined>> = {
  ENOENT: 'it does not exist',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  ENOTDIR: 'it is not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go in a circle',
  ENAMETOOLONG: 'its name is too long for a file system, which takes 255 bytes',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};
