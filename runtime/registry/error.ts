/** Why a Schema Registry did not give what was asked. */
export type RegistryErrorCode =
  | 'UNREACHABLE' // no connection: name, port, TLS or network
  | 'TIMED_OUT' // no answer within the time per try or in total; 408 too
  | 'UNAUTHORIZED' // 401 or 403, or no credentials could be had: then without a status
  | 'UNKNOWN_SUBJECT'
  | 'UNKNOWN_VERSION'
  | 'UNKNOWN_ID' // or an unknown GUID
  | 'SCHEMA_NOT_FOUND' // the subject is there, this schema is not under it
  | 'INCOMPATIBLE' // 409, with error code 409 or 40901
  | 'INVALID' // the registry refuses the schema, subject, level or request (422 and other 4xx)
  | 'READ_ONLY' // 42205: the subject's mode does not allow it
  | 'RATE_LIMITED' // 429
  | 'SERVER' // 5xx
  | 'GARBAGE'; // an answer, but not a Schema Registry's, or one that is too large

export interface RegistryErrorFields {
  readonly subject?: string | undefined;
  readonly version?: number | undefined;
  readonly id?: number | undefined;
  /** The GUID that was asked for. */
  readonly guid?: string | undefined;
  /** HTTP status of the answer. */
  readonly status?: number | undefined;
  /** `error_code` of the answer's body. */
  readonly errorCode?: number | undefined;
  /** The registry that was asked, without credentials. */
  readonly url?: string | undefined;
  /** How long the registry asked to wait, in milliseconds (429). */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A Schema Registry that did not give what was asked; `code` says why. Neither the message nor the
 * cause holds credentials.
 */
export class RegistryError extends Error implements RegistryErrorFields {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  declare readonly subject?: string | undefined;
  declare readonly version?: number | undefined;
  declare readonly id?: number | undefined;
  declare readonly guid?: string | undefined;
  declare readonly status?: number | undefined;
  declare readonly errorCode?: number | undefined;
  declare readonly url?: string | undefined;
  declare readonly retryAfterMs?: number | undefined;

  constructor(
    code: RegistryErrorCode,
    message: string,
    fields: RegistryErrorFields & ErrorOptions = {},
  ) {
    const { cause, ...known } = fields;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.assign(this, known);
  }
}

/** Whether the registry is down or busy: asking again later may help, and old answers still hold. */
export function isTransient(error: unknown): error is RegistryError {
  return (
    error instanceof RegistryError &&
    /^(UNREACHABLE|TIMED_OUT|RATE_LIMITED|SERVER)$/.test(error.code)
  );
}

/**
 * Whether the error says nothing about what was asked for: the registry is down or busy, or does
 * not take the credentials (401), or none could be had. Everything else is an answer, which asking
 * again would give again.
 */
export function isUnanswered(error: unknown): error is RegistryError {
  return (
    isTransient(error) ||
    (error instanceof RegistryError && error.code === 'UNAUTHORIZED' && error.status !== 403)
  );
}

/** Whether the registry answered that it has no such schema under the subject, or no such subject. */
export function isUnregistered(error: unknown): error is RegistryError {
  return (
    error instanceof RegistryError &&
    (error.code === 'SCHEMA_NOT_FOUND' || error.code === 'UNKNOWN_SUBJECT')
  );
}
