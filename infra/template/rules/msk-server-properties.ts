import { resource } from '../example.js';
import { CONFIGURATION } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { fillHoles, textOf } from '../values.js';

const joined = (by: string): ReturnType<typeof resource> =>
  resource(CONFIGURATION, {
    ServerProperties: ['auto.create.topics.enable=false', 'num.partitions=3'].join(by),
  });

/** Lines that are joined by the two characters `\n`. */
export const mskServerProperties: TemplateRule = {
  id: 'msk-server-properties',
  why: 'The lines are joined by a backslash and an n: MSK takes them for one, and its value for the first setting.',
  fix: 'Join the lines by line feeds.',
  types: [CONFIGURATION],
  example: {
    refused: { Configuration: joined('\\n') },
    accepted: { Configuration: joined('\n') },
  },
  violation({ properties }) {
    const text = fillHoles(textOf(properties.ServerProperties ?? ''), '');
    return /\\[nr]\s*[\w.]+\s*=/.test(text) ? 'ServerProperties' : undefined;
  },
};
