/**
 * The options that were given: one that is `undefined` is none, so that it does not push out the
 * default that it is spread over.
 */
export function given<Options extends object>(options: Options): Given<Options> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  // Safe: only optional members may be undefined, and those may be absent.
  return Object.fromEntries(entries) as Given<Options>;
}

type Given<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> };
