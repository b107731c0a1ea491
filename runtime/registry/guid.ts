const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Whether it is a GUID as registries write them, and as `SchemaId` has them. */
export function isGuid(value: unknown): value is string {
  return typeof value === 'string' && GUID.test(value);
}
