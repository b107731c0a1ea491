import { mapping } from '../example.js';
import { MAPPING } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { at } from '../template.js';
import { knownNumber } from '../values.js';

const POLLERS = 'ProvisionedPollerConfig';

const pollers = (least: number, most: number): ReturnType<typeof mapping> =>
  mapping({ [POLLERS]: { MinimumPollers: least, MaximumPollers: most } });

/** Fewer pollers at most than there are at least. */
export const kafkaPollers: TemplateRule = {
  id: 'kafka-pollers',
  why: 'There would be fewer pollers at most than there are at least: the mapping is not created.',
  fix: 'Raise MaximumPollers, or lower MinimumPollers.',
  types: [MAPPING],
  example: { refused: { Mapping: pollers(2, 1) }, accepted: { Mapping: pollers(1, 2) } },
  violation({ properties }) {
    const least = knownNumber(at(properties, `${POLLERS}.MinimumPollers`));
    const most = knownNumber(at(properties, `${POLLERS}.MaximumPollers`));
    if (least === undefined || most === undefined || least <= most) return undefined;
    return `${POLLERS}.MaximumPollers`;
  },
};
