/** The global `fetch`, and without declarations of it (DOM, Node) a function that answers. */
export type Fetch = typeof globalThis extends { fetch: infer Known }
  ? Known
  : (...request: never[]) => Promise<unknown>;
