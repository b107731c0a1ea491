/** Limits on schema files, which may come from anywhere. */

/** Largest schema file, in bytes. */
export const MAX_FILE_BYTES = 8_388_608;
/** Deepest nesting of JSON in a schema file. */
export const MAX_JSON_DEPTH = 256;
/** Most named types in one project. */
export const MAX_TYPES = 100_000;
/** Most problems that are reported; the rest are counted. */
export const MAX_PROBLEMS = 1_000;
/** Most schema files in one project. */
export const MAX_FILES = 50_000;
