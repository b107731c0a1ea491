import type { Registry } from '../runtime/index.js';
import { Refused } from './consumed.js';
import { ConsumerError } from './errors.js';
import { identityOf, recordId } from './incoming-record.js';
import type { Logger } from './logger.js';
import type { BoundRoute, Route } from './route.js';

/** Where unknown writer schemas are asked for, or a function that gives it: called once. */
export type RegistrySource = Registry | (() => Registry | Promise<Registry>);

/** @throws ConsumerError `CONFIG` for no route, or two for one topic */
export function checkRoutes(routes: readonly Route[]): void {
  const topics = new Set<string>();
  for (const { topic } of routes) {
    if (topics.has(topic)) {
      throw new ConsumerError('CONFIG', `Two routes are given for topic "${topic}".`, { topic });
    }
    topics.add(topic);
  }
  if (topics.size === 0) {
    throw new ConsumerError('CONFIG', 'No routes are given: name topics with on(topic, handler).');
  }
}

/** The routes by topic. */
export interface BoundRoutes {
  /** A topic without a route has one that decodes nothing. */
  of(topic: string): BoundRoute;
}

export async function bindRoutes(
  routes: readonly Route[],
  registry: RegistrySource,
  logger: Logger,
): Promise<BoundRoutes> {
  const bound = typeof registry === 'function' ? await registry() : registry;
  const topics = new Map(routes.map((route) => [route.topic, route.bind(bound, logger)]));
  return { of: (topic) => topics.get(topic) ?? UNROUTED };
}

const UNROUTED: BoundRoute = {
  handling: { takesTombstones: true, deliver: () => {} },
  decode: async (records) =>
    records.map(
      (record) =>
        new Refused(
          record,
          new ConsumerError(
            'NO_ROUTE',
            `No handler is given for topic "${record.topic}", of which ${recordId(record)} came.`,
            identityOf(record),
          ),
        ),
    ),
};
