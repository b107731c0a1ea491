/** Closing what is open when the process is told to end. */

export interface CloseOnSignals {
  /** @default SIGTERM, as Kubernetes, ECS and systemd send it, and SIGINT, as terminals do */
  readonly signals?: readonly ('SIGTERM' | 'SIGINT' | 'SIGHUP')[];
  /**
   * How long it may take at most, in milliseconds. Keep it under the time that the process is given
   * (Kubernetes: 30 s, ECS: 30 s).
   * @default 10000
   */
  readonly timeoutMs?: number;
}

/** By which numbers a process says that a signal ended it, where the signal itself could not. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
/** A process that is there this long after its signal is not ended by it, in milliseconds. */
const STILL_THERE_MS = 200;

/**
 * Closes at the first signal, within a bound. Then the signal ends the process, as it would have,
 * unless somebody else listens to it, who decides on the end. The answer stops listening.
 */
function closeOnSignals(
  close: () => Promise<void>,
  { signals = ['SIGTERM', 'SIGINT'], timeoutMs = 10_000 }: CloseOnSignals,
): () => void {
  const stop = () => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
  const onSignal = (signal: (typeof signals)[number]) => {
    stop();
    const end = () => {
      if (process.listenerCount(signal) > 0) return;
      process.kill(process.pid, signal);
      // The first process of a container is spared by signals that it does not listen to.
      setTimeout(() => process.exit(EXIT_CODES[signal]), STILL_THERE_MS);
    };
    const timer = setTimeout(end, timeoutMs);
    void close()
      .catch(() => undefined)
      .then(() => {
        clearTimeout(timer);
        end();
      });
  };
  for (const signal of signals) process.on(signal, onSignal);
  return stop;
}

/** By the option: nothing is listened to unless it is asked for. */
export function listenToSignals(
  option: boolean | CloseOnSignals,
  close: () => Promise<void>,
): (() => void) | undefined {
  return option === false ? undefined : closeOnSignals(close, option === true ? {} : option);
}
