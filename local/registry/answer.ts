/** What the registry answers, as JSON. */
import type { Settings, Version } from './state.js';

/** A version in full. */
export function versionAnswer(version: Version, schema = version.schema): object {
  const { subject, version: number, id } = version;
  return { subject, version: number, id, ...schemaAnswer(version, schema) };
}

/** A schema without its place. */
export function schemaAnswer(version: Version, schema = version.schema): object {
  const { guid, references, metadata, ruleSet, ts, deleted } = version;
  return {
    guid,
    schemaType: 'AVRO',
    ...(references.length > 0 && { references }),
    ...(metadata !== undefined && { metadata }),
    ...(ruleSet !== undefined && { ruleSet }),
    schema,
    ts,
    deleted,
  };
}

/** GET says `compatibilityLevel`, where PUT takes and answers `compatibility`. */
export function settingsAnswer({ compatibilityLevel, ...others }: Settings): object {
  return { ...others, ...(compatibilityLevel !== undefined && { compatibilityLevel }) };
}
