/** The ways in which a side is asked to send. */
import { MANY, type Sender } from './side.js';

export interface Mode {
  readonly id: string;
  readonly title: string;
  /** Whether each send is awaited before the next. */
  readonly isAwaited: boolean;
  /** Sends once through; tells of each message, or of so many, how long it took. */
  run(sender: Sender, took: Took): Promise<void>;
}

export type Took = (ms: number, messages: number) => void;

/** Sends that nobody awaits before all of them were made. */
const CONCURRENT = 5_000;
/** Calls with many that are under way together. */
const TOGETHER = 5;

export const AWAITED = 'await';
export const SINGLE = 'concurrent';
export const MANY_AT_ONCE = 'many';

export const MODES: readonly Mode[] = [
  {
    id: AWAITED,
    title: '`await send`, one after the other',
    isAwaited: true,
    async run(sender, took) {
      for (let index = 0; index < 100; index++) {
        const start = performance.now();
        await sender.send(index);
        took(performance.now() - start, 1);
      }
    },
  },
  {
    id: SINGLE,
    title: `${CONCURRENT.toLocaleString('en')} single sends, then all awaited`,
    isAwaited: false,
    async run(sender, took) {
      const sent: Promise<void>[] = [];
      for (let index = 0; index < CONCURRENT; index++) {
        const start = performance.now();
        sent.push(sender.send(index).then(() => took(performance.now() - start, 1)));
      }
      await Promise.all(sent);
    },
  },
  {
    id: MANY_AT_ONCE,
    title: `${MANY.toLocaleString('en')} in a call, one call after the other`,
    isAwaited: false,
    run: (sender, took) => sendMany(sender, took),
  },
  {
    id: 'many-together',
    title: `${MANY.toLocaleString('en')} in a call, ${TOGETHER} calls under way`,
    isAwaited: false,
    async run(sender, took) {
      const calls = Array.from({ length: TOGETHER }, () => sendMany(sender, took));
      await Promise.all(calls);
    },
  },
];

/** Several calls, so that others that are under way do not wait for each other at the end of each. */
async function sendMany(sender: Sender, took: Took): Promise<void> {
  for (let call = 0; call < 10; call++) {
    const start = performance.now();
    await sender.sendMany();
    took(performance.now() - start, MANY);
  }
}
