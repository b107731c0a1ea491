/** Most items, such as files and topics, that a message names. */
const SHOWN_MAX = 5;

/** The first of them, and how many more there are. */
export function someOf(items: readonly string[], noun = ''): string {
  const more = items.length > SHOWN_MAX ? ` and ${items.length - SHOWN_MAX} more` : '';
  const head = noun === '' ? '' : `${noun}${items.length === 1 ? '' : 's'} `;
  return `${head}${items.slice(0, SHOWN_MAX).join(', ')}${more}`;
}
