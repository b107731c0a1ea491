interface Visit<T> {
  readonly node: T;
  readonly next: readonly T[];
  at: number;
}

/**
 * Groups of nodes that lead to each other: Tarjan's strongly connected components, those that others
 * lead to first. Without recursion, since types may refer to each other in a long chain.
 */
export function components<T>(roots: Iterable<T>, next: (node: T) => readonly T[]): T[][] {
  const index = new Map<T, number>();
  const low = new Map<T, number>();
  const stack: T[] = [];
  const onStack = new Set<T>();
  const found: T[][] = [];
  const work: Visit<T>[] = [];
  const open = (node: T): void => {
    low.set(node, index.size);
    index.set(node, index.size);
    stack.push(node);
    onStack.add(node);
    work.push({ node, next: next(node), at: 0 });
  };
  const lower = (node: T, to: number): void => {
    low.set(node, Math.min(low.get(node) ?? 0, to));
  };
  for (const root of roots) {
    if (!index.has(root)) open(root);
    for (let visit = work.at(-1); visit !== undefined; visit = work.at(-1)) {
      const { node } = visit;
      const other = visit.next[visit.at++];
      if (other !== undefined && !index.has(other)) open(other);
      else if (other !== undefined) {
        if (onStack.has(other)) lower(node, index.get(other) ?? 0);
      } else {
        work.pop();
        const parent = work.at(-1)?.node;
        if (parent !== undefined) lower(parent, low.get(node) ?? 0);
        if (low.get(node) !== index.get(node)) continue;
        const component = stack.splice(stack.lastIndexOf(node));
        for (const member of component) onStack.delete(member);
        found.push(component);
      }
    }
  }
  return found;
}
