/** What becomes of a producer where its process ends without anybody having closed it. */

/** Brokers of transports that are open, and have something to close. */
const open = new Set<{ readonly brokers: string }>();

/**
 * Says at the end of a process, which open connections do not hold up, that nobody closed them. The
 * answer is called when somebody does.
 */
export function tellIfForgotten(brokers: string): () => void {
  if (open.size === 0) process.once('beforeExit', tell);
  const one = { brokers };
  open.add(one);
  return () => {
    open.delete(one);
    if (open.size === 0) process.removeListener('beforeExit', tell);
  };
}

function tell(): void {
  for (const { brokers } of open) {
    process.emitWarning(
      `A producer to ${brokers} was never closed. Every message of it has its outcome, so the process ` +
        'ends. Await `close()` when its work is done, or hold it with `await using`.',
      { code: 'TAVRO_PRODUCER_NOT_CLOSED' },
    );
  }
  open.clear();
}
