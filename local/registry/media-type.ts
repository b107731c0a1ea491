/** Content negotiation as Confluent's registry does it. */

/** What is answered with, the preferred first, and how much it is preferred. */
const ANSWERS: readonly (readonly [string, number])[] = [
  ['application/vnd.schemaregistry.v1+json', 1],
  ['application/vnd.schemaregistry+json', 0.9],
  ['application/json', 0.5],
];

export const DEFAULT_MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

/** The media type to answer in; `undefined` when the client takes none of ours. */
export function negotiate(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return DEFAULT_MEDIA_TYPE;
  const ranges = accept.split(',').map(readRange);
  let best: { type: string; weight: number } | undefined;
  for (const [type, preference] of ANSWERS) {
    const quality = Math.max(0, ...ranges.filter((range) => covers(range, type)).map(({ q }) => q));
    const weight = quality * preference;
    if (weight > (best?.weight ?? 0)) best = { type, weight };
  }
  return best?.type;
}

/**
 * Whether a request body of this type is read. None that a page of another site may send unasked (none at
 * all, a form's, plain text): it would write into the registry of whoever looks at it.
 */
export function isReadable(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return ANSWERS.some(([known]) => known === type) || type === 'application/octet-stream';
}

interface Range {
  readonly type: string;
  readonly q: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, q: q === undefined ? 1 : Number(q.slice(2)) || 0 };
}

function covers(range: Range, type: string): boolean {
  // `*` alone, which Java's URLConnection sends.
  return range.type === type || /^(application|\*)\/\*$|^\*$/.test(range.type);
}
