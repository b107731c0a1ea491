/** Why a text is no dead letter. */
export type DeadLetterErrorCode =
  | 'NOT_JSON' // the text is not JSON
  | 'NOT_A_LETTER' // JSON, and neither a dead letter nor a record of an on-failure destination
  | 'FIELD' // a field is missing, or of another type
  | 'NO_PAYLOAD'; // a record of an on-failure destination that has the batch's numbers only

/** A text that was to be a dead letter. The message names the field and never holds what stands there. */
export class DeadLetterError extends Error {
  override readonly name = 'DeadLetterError';
  readonly code: DeadLetterErrorCode;

  constructor(code: DeadLetterErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
