/**
 * The props that were given: one that is `undefined` is none, so that it does not push out the
 * default that it is spread over.
 */
export function given<Props extends object>(props: Props): Props {
  const entries = Object.entries(props).filter(([, value]) => value !== undefined);
  // Safe: only optional props may be undefined, and those may be absent.
  return Object.fromEntries(entries) as Props;
}
