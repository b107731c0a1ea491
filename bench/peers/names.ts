/** Peers that are no dependency of ours: large, or machine code. */
export const CLIENT = '@confluentinc/kafka-javascript';
export const ENCODER = '@confluentinc/schemaregistry';
