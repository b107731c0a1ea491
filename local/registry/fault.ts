/**
 * What the registry says no with. Codes and messages are those of Confluent's registry, since
 * clients match on them.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly status: number;
  /** `error_code` of the answer's body. */
  readonly errorCode: number;

  constructor(errorCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.errorCode = errorCode;
    this.status = errorCode > 999 ? Math.floor(errorCode / 100) : errorCode;
  }
}

export const faults = {
  subjectNotFound: (subject: string) => new Fault(40401, `Subject '${subject}' not found.`),
  versionNotFound: (version: number) => new Fault(40402, `Version ${version} not found.`),
  schemaNotFound: (key?: number | string) =>
    new Fault(40403, key === undefined ? 'Schema not found' : `Schema ${key} not found`),
  subjectSoftDeleted: (subject: string) =>
    new Fault(
      40404,
      `Subject '${subject}' was soft deleted.Set permanent=true to delete permanently`,
    ),
  subjectNotSoftDeleted: (subject: string) =>
    new Fault(40405, `Subject '${subject}' was not deleted first before being permanently deleted`),
  versionSoftDeleted: (subject: string, version: number) =>
    new Fault(
      40406,
      `Subject '${subject}' Version ${version} was soft deleted.Set permanent=true to delete permanently`,
    ),
  versionNotSoftDeleted: (subject: string, version: number) =>
    new Fault(
      40407,
      `Subject '${subject}' Version ${version} was not deleted first before being permanently deleted`,
    ),
  levelNotConfigured: (subject: string) =>
    new Fault(40408, `Subject '${subject}' does not have subject-level compatibility configured`),
  modeNotConfigured: (subject: string) =>
    new Fault(40409, `Subject '${subject}' does not have subject-level mode configured`),
  associationNotFound: (resource: string) =>
    new Fault(40410, `Association for '${resource}' not found.`),
  tooManyAssociations: (most: number) =>
    new Fault(40902, `A maximum of ${most} associations already exist`),
  associationExists: (type: string, resource: string) =>
    new Fault(40903, `An association of type '${type}' already exists for resource '${resource}'`),
  noActiveVersion: (subject: string) =>
    new Fault(40907, `No active (non-deleted) version exists for subject '${subject}'`),
  // As releases up to 8.1 and the other makes have it; the source has 40901 since 2025-12.
  incompatible: (subject: string, details: readonly string[]) =>
    new Fault(
      409,
      `Schema being registered is incompatible with an earlier schema for subject "${subject}", details: [${details.join(', ')}]`,
    ),
  emptySchema: () => new Fault(42201, 'Empty schema'),
  invalidSchema: (details: string, cause?: unknown) =>
    new Fault(42201, `Invalid schema: ${details}`, { cause }),
  invalidVersion: (version: string) =>
    new Fault(
      42202,
      `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
    ),
  invalidLevel: () =>
    new Fault(
      42203,
      'Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive',
    ),
  invalidMode: () =>
    new Fault(
      42204,
      'Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, IMPORT, and FORWARD',
    ),
  notPermitted: (why: string) => new Fault(42205, why),
  referenceExists: (subject: string, version: number) =>
    new Fault(
      42206,
      `One or more references exist to the schema {subject=${subject},version=${version}}.`,
    ),
  invalidSubject: (subject: string) =>
    new Fault(42208, `The specified subject '${subject}' is not a valid subject.`),
  schemaTooLarge: (bytes: number) =>
    new Fault(42209, `The schema is too large: over ${bytes} bytes`),
  contextNotEmpty: (context: string) =>
    new Fault(42211, `The specified context '${context}' is not empty.`),
  invalidAssociation: (property: string, why: string) =>
    new Fault(42212, `The association's property '${property}' is invalid: ${why}`),
  storeFailed: (cause: unknown) => new Fault(50001, 'Error in the backend data store', { cause }),
  misdirected: (host: string | undefined) =>
    new Fault(
      421,
      `This registry is not called ${JSON.stringify(host ?? '')}: start it with --allow-host, or the option hosts, to give it that name`,
    ),
  badRequest: (why: string) => new Fault(400, why),
  unprocessable: (why: string) => new Fault(422, why),
  notFound: () => new Fault(404, 'HTTP 404 Not Found'),
};
