/** Why the poller gave up. */
export type PollerErrorCode =
  | 'OPTIONS' // startPoller was called with options that contradict each other
  | 'RECORD_TOO_LARGE' // one record alone exceeds what an invocation can carry
  | 'DESTINATION'; // the on-failure destination did not take a batch

export class PollerError extends Error {
  override readonly name = 'PollerError';
  readonly code: PollerErrorCode;

  constructor(code: PollerErrorCode, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}
