import type { Json } from '../../runtime/json.js';
import { visible } from '../../runtime/printable.js';

export interface DocParts {
  readonly doc?: string | undefined;
  /** What the schema calls it, such as `record com.acme.Order`. */
  readonly avro?: string;
  /** The default, as text. */
  readonly fallback?: string | undefined;
  /** The schema's `deprecated` property: true, or why. */
  readonly deprecated?: Json | undefined;
}

/** A TSDoc comment; no lines at all when there is nothing to say. */
export function docComment({ doc, avro, fallback, deprecated }: DocParts): string[] {
  const lines = [
    ...(doc === undefined || doc.trim() === '' ? [] : doc.trim().split(/\r\n|[\n\r\u2028\u2029]/)),
    ...(avro === undefined ? [] : [`Avro ${avro}.`]),
    ...(fallback === undefined ? [] : [`@defaultValue \`${oneLine(fallback)}\``]),
    ...(deprecated === undefined || deprecated === false
      ? []
      : [`@deprecated${typeof deprecated === 'string' ? ` ${oneLine(deprecated)}` : ''}`]),
  ].map((line) => closed(line.trimEnd()));
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`/** ${lines[0]} */`];
  return ['/**', ...lines.map((line) => (line === '' ? ' *' : ` * ${line}`)), ' */'];
}

/** Nothing in a comment may end it, or show other code than there is. */
function closed(line: string): string {
  return visible(line).replaceAll('*/', '*\\/').replaceAll('/*', '/\\*');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
