/** What the network between a producer and its brokers is like: one for all proxies of a cluster. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerFate, Cut, KafkaProxy } from '../producer/kafka-proxy.js';
import { type Draws, drawsFrom } from './draws.js';

/** In which share of the answers to Produce requests what happens. */
export interface Storm {
  readonly swallow?: number;
  readonly hangUp?: number;
  readonly delay?: number;
  /** In milliseconds. */
  readonly longestDelayMs?: number;
}

export class Weather {
  private readonly proxies: KafkaProxy[] = [];
  private draws = drawsFrom(0);
  private storm: Storm = {};

  /** Calm, until a scenario says otherwise. */
  begin(draws: Draws): void {
    this.draws = draws;
    this.storm = {};
  }

  /** Takes a proxy under it. */
  over(proxy: KafkaProxy): void {
    this.proxies.push(proxy);
  }

  set(storm: Storm): void {
    this.storm = storm;
  }

  /** What happens to the next answer to a Produce request. */
  answer(): AnswerFate {
    const { swallow = 0, hangUp = 0, delay = 0, longestDelayMs = 0 } = this.storm;
    if (swallow + hangUp + delay === 0) return 'pass';
    const drawn = this.draws.next();
    if (drawn < swallow) return 'swallow';
    if (drawn < swallow + hangUp) return 'hang up';
    if (drawn < swallow + hangUp + delay) return { delayMs: this.draws.whole(1, longestDelayMs) };
    return 'pass';
  }

  /** Breaks the connections of one proxy, or of all. */
  cut(how: Cut, proxies: readonly KafkaProxy[] = this.proxies): void {
    for (const proxy of proxies) proxy.cut(how);
  }

  cutOne(how: Cut): void {
    this.cut(how, [this.draws.pick(this.proxies)]);
  }

  /** Lets nothing through, of old connections or new ones, for so long; what is lost stays lost. */
  async blackhole(ms: number): Promise<void> {
    for (const proxy of this.proxies) proxy.swallowAll(true);
    await sleep(ms);
    for (const proxy of this.proxies) proxy.swallowAll(false);
  }

  /** A broker's address refuses connections, and those that were open are cut, for so long. */
  async bounce(ms: number): Promise<void> {
    const proxy = this.draws.pick(this.proxies);
    proxy.leave();
    proxy.cut('tear');
    await sleep(ms);
    await proxy.comeBack();
  }
}
