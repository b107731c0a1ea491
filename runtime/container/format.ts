/** Names and limits of Avro object container files. */
import { CONTAINER_MARKER } from '../wire/frames-of-others.js';

/** First bytes of a file: "Obj" and the version of the format. */
export const MAGIC: Uint8Array = Uint8Array.from(CONTAINER_MARKER);
/** Bytes of the marker that ends the header and every block. */
export const SYNC_BYTES = 16;
/** Largest header that is read, in bytes: most of it is the schema. */
export const MAX_HEADER_BYTES = 8_388_608;
/** Most metadata entries of a header. */
export const MAX_METADATA_ENTRIES = 1_000;
/** Largest block that is read, as stored and decompressed, in bytes. */
export const MAX_BLOCK_BYTES = 134_217_728;
/** Bytes after which a block that is written ends, before compression: Java's choice. */
export const BLOCK_BYTES = 64_000;
