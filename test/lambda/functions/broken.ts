/** A function that cannot start: two routes for one topic. */
import { createHandler, on } from 'tavro/consumer';
import { userClicksAvro } from '../../frozen/generated/topics.js';

export const handler = createHandler({
  routes: [on(userClicksAvro, () => {}), on(userClicksAvro, () => {})],
});
