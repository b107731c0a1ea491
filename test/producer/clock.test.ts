/** The time that a process has run: what a pause takes is not used up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createSystemClock } from '../../producer/clock.js';

const HOUR_MS = 3_600_000;

it('does not count a pause while something waits, and lets it wait for the rest of its time', async () => {
  let pausedMs = 0;
  const clock = createSystemClock(() => performance.now() + pausedMs);
  let isDue = false;
  const fromMs = clock.running();
  await new Promise<void>((resolve) => {
    const soon = () => {
      pausedMs = HOUR_MS;
      resolve();
    };
    clock.schedule(soon, 10);
    // Timers of Node go by a clock that counts pauses: this one comes when the process goes on.
    const short = clock.schedule(() => {
      isDue = true;
    }, 60_000);
    setTimeout(short, 200);
  });
  await sleep(20);
  expect(clock.running() - fromMs).toBeLessThan(HOUR_MS / 100);
  expect(isDue).toBe(false);
});

it('counts what passes while nothing waits', () => {
  let passedMs = 0;
  const clock = createSystemClock(() => passedMs);
  const fromMs = clock.running();
  passedMs = HOUR_MS;
  expect(clock.running() - fromMs).toBe(HOUR_MS);
});

it('calls what came too early once it is due', async () => {
  let passedMs = 0;
  const clock = createSystemClock(() => passedMs);
  const calls: number[] = [];
  clock.schedule(() => calls.push(clock.running()), 20);
  await sleep(60);
  passedMs = 60;
  await sleep(60);
  expect(calls).toEqual([60]);
});

it('runs nothing that was cancelled', async () => {
  const clock = createSystemClock();
  const ran: string[] = [];
  const cancels = [
    clock.schedule(() => ran.push('turn'), 0),
    clock.schedule(() => ran.push('timer'), 5),
  ];
  for (const cancel of cancels) cancel();
  clock.schedule(() => ran.push('kept'), 5);
  await sleep(50);
  expect(ran).toEqual(['kept']);
});
