/** Why a Schema Registry did not give what was asked. */
export type RegistryErrorCode =
  | 'UNREACHABLE' // no connection: name, port, TLS or network
  | 'TIMED_OUT' // no answer within the time per try or in total
  | 'UNAUTHORIZED' // 401 or 403
  | 'UNKNOWN_SUBJECT'
  | 'UNKNOWN_VERSION'
  | 'UNKNOWN_ID'
  | 'SCHEMA_NOT_FOUND' // the subject is there, this schema is not under it
  | 'INCOMPATIBLE' // 409, with error code 409 or 40901
  | 'INVALID' // the registry refuses the schema, subject, level or request (422 and other 4xx)
  | 'READ_ONLY' // 42205: the subject's mode does not allow it
  | 'RATE_LIMITED' // 429
  | 'SERVER' // 5xx
  | 'GARBAGE'; // an answer, but not a Schema Registry's

export interface RegistryErrorFields {
  subject?: string | undefined;
  version?: number | undefined;
  id?: number | undefined;
  /** HTTP status of the answer. */
  status?: number | undefined;
  /** `error_code` of the answer's body. */
  errorCode?: number | undefined;
  /** The registry that was asked, without credentials. */
  url?: string | undefined;
  /** How long the registry asked to wait, in milliseconds (429). */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * A Schema Registry that did not give what was asked; `code` says why. Neither the message nor the
 * cause holds credentials.
 */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  readonly subject: string | undefined;
  readonly version: number | undefined;
  readonly id: number | undefined;
  readonly status: number | undefined;
  readonly errorCode: number | undefined;
  readonly url: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: RegistryErrorCode, message: string, fields: RegistryErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.subject = fields.subject;
    this.version = fields.version;
    this.id = fields.id;
    this.status = fields.status;
    this.errorCode = fields.errorCode;
    this.url = fields.url;
    this.retryAfterMs = fields.retryAfterMs;
  }
}

/** Whether the registry is down or busy: asking again later may help, and old answers still hold. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof RegistryError &&
    /^(UNREACHABLE|TIMED_OUT|RATE_LIMITED|SERVER)$/.test(error.code)
  );
}
