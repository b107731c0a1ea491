import { mapping } from '../example.js';
import { MAPPING } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { knownList, knownText } from '../values.js';

const KNOWN = 'ReportBatchItemFailures';

const answers = (type: string): ReturnType<typeof mapping> =>
  mapping({ ProvisionedPollerConfig: { MinimumPollers: 1 }, FunctionResponseTypes: [type] });

/** An answer that Lambda does not know how to read. */
export const kafkaResponseType: TemplateRule = {
  id: 'kafka-response-type',
  why: `Lambda reads no other answer than ${KNOWN}.`,
  fix: `Set FunctionResponseTypes to ["${KNOWN}"], or leave it out.`,
  types: [MAPPING],
  example: {
    refused: { Mapping: answers('ReportBatchItemFailure') },
    accepted: { Mapping: answers(KNOWN) },
  },
  violation({ properties }) {
    const types = knownList(properties.FunctionResponseTypes) ?? [];
    const unknown = types.map(knownText).find((type) => type !== undefined && type !== KNOWN);
    return unknown && { path: 'FunctionResponseTypes', detail: `'${unknown}'.` };
  },
};
