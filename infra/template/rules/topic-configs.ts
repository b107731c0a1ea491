import { decodeConfigs } from '../clusters.js';
import { topic } from '../example.js';
import { TOPIC } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { knownText } from '../values.js';

const encoded = (text: string): ReturnType<typeof topic> =>
  topic({ Configs: Buffer.from(text).toString('base64') });

/** Settings of a topic that the service cannot read. */
export const topicConfigs: TemplateRule = {
  id: 'topic-configs',
  why: 'The service takes the settings of a topic as base64 of a JSON object whose values are text.',
  fix: 'Encode an object such as {"retention.ms":"604800000"}, not lines of key=value.',
  types: [TOPIC],
  example: {
    refused: { Topic: encoded('retention.ms=604800000') },
    accepted: { Topic: encoded('{"retention.ms":"604800000"}') },
  },
  violation({ properties }) {
    const text = knownText(properties.Configs);
    return text !== undefined && decodeConfigs(text) === undefined ? 'Configs' : undefined;
  },
};
