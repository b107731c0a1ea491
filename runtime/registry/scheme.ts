/** What somebody means who writes a registry's address without `http://` or `https://`. */

/** Host, port and path; neither a user nor a query, which may hold secrets. */
const ADDRESS = /^(\[[\da-f:]+\]|[\w-]+(?:\.[\w-]+)*)(:\d{1,5})?(\/[\w./-]*)?$/i;
/** This machine, a network's own addresses, and names that only such a network knows. */
const PRIVATE = /^(\[.*|127\..*|10\..*|192\.168\..*|[\w-]+|.*\.(internal|local|localhost))$/i;

/**
 * The address with the scheme that its host mostly has; `undefined` for what is none, and for a
 * single word that is no host for certain: it may be a secret that stands in the wrong place.
 */
export function withScheme(text: string): string | undefined {
  const [address, host = '', port] = ADDRESS.exec(text.trim()) ?? [];
  const isHost = port !== undefined || /[.[]|^localhost$/i.test(host);
  if (address === undefined || !isHost) return undefined;
  return `${PRIVATE.test(host) ? 'http' : 'https'}://${address}`;
}
