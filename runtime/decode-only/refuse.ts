/** Stands for all that writes, in bundles that were made to decode only. */
export function refuse(): never {
  throw new Error(
    'This bundle only decodes: it was made with the condition tavro-decode-only. Without it, it encodes too.',
  );
}
