/** Limits on schema files, which may come from anywhere. */

/** Largest schema file, in bytes. */
export const MAX_FILE_BYTES = 8_388_608;
/** Largest file of Avro IDL, in bytes: avsc's reader takes up to 3 seconds for one, and time with its square. */
export const MAX_IDL_BYTES = 65_536;
/** Most imports of one file of Avro IDL. */
export const MAX_IDL_IMPORTS = 1_000;
/** Deepest nesting of JSON in a schema file: compilers give up on code for deeper ones. */
export const MAX_JSON_DEPTH = 256;
/** The same in a schema that was accepted once: what Jackson allows, with which Java reads schemas. */
export const MAX_HISTORY_DEPTH = 1_000;
/** Most named types in one project. */
export const MAX_TYPES = 100_000;
/** Most values that a default may stand for, those of defaults within it included: code writes them out. */
export const MAX_DEFAULT_VALUES = 10_000;
/** Most problems that are reported; the rest are counted. */
export const MAX_PROBLEMS = 1_000;
/** Most schema files in one project. */
export const MAX_FILES = 50_000;
/** Most files of any kind in a schemas folder: a link may lead out of it, to a whole disk. */
export const MAX_ENTRIES = 200_000;
