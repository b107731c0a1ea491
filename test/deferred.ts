/** A promise and its resolver. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((one) => {
    resolve = one;
  });
  return { promise, resolve };
}
