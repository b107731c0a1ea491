/** Why a command could not do its work. Findings are no errors: they are what a command answers. */
export type CodegenErrorCode =
  | 'SCHEMAS_UNREADABLE' // the schemas folder or a file in it cannot be read
  | 'CONFIG_INVALID' // tavro.json says something that cannot be
  | 'LOCK_INVALID' // the lock cannot be used
  | 'SCHEMA_INVALID' // a schema has errors; problems hold them all
  | 'SCHEMAS_EMPTY' // nothing in the schemas folder defines a type
  | 'OUTPUT_UNWRITABLE' // a file cannot be written; everything is as it was
  | 'OUTPUT_TAKEN' // where generated code goes stands what is not of these schemas
  | 'INPUT_INVALID' // what was to be read is not there, or not written as it was said to be
  | 'DECODE_FAILED' // a message cannot be decoded
  | 'GIT_FAILED' // git is not there, or not the commit that was asked for
  | 'REGISTRY_FAILED' // the Schema Registry did not give what was asked; the cause says why
  | 'SUBJECT_ASSOCIATED' // the registry associates a topic with another subject than tavro.json
  | 'REDRIVE_FAILED' // dead letters cannot be read, or not be sent again
  | 'SERVER_FAILED' // the dev registry cannot start
  | 'USAGE'; // the command line asks for what does not exist

/** A command's failure: a message for people, a code for tools. */
export class CodegenError extends Error {
  override readonly name = 'CodegenError';
  readonly code: CodegenErrorCode;

  constructor(code: CodegenErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : options);
    this.code = code;
  }
}
