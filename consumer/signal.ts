/** An `AbortSignal`, and without declarations of it (DOM, Node) what can be asked of one. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } }
  ? Known
  : { readonly aborted: boolean };
