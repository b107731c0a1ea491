import { expect, it } from '@jest/globals';
import { verdictTable } from '../../../codegen/check/verdicts.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';

const side = (name: string, ...fields: Json[]) => ({
  name,
  schema: parseSchema({ type: 'record', name: 'R', fields }).schema,
});

it('says which version reads which, and why not', () => {
  const a = { name: 'a', type: 'int' };
  expect(
    verdictTable([
      side('v1', a),
      side('v2', a, { name: 'b', type: 'int', default: 0 }),
      side('v3', a, { name: 'b', type: 'int' }),
    ]),
  ).toEqual({
    v1: { v1: 'ok', v2: 'ok', v3: 'ok' },
    v2: { v1: 'ok', v2: 'ok', v3: 'ok' },
    v3: {
      v1: "v3 cannot read v1. b: The reader's field b of R has no default, and the writer does not have the field.",
      v2: 'ok',
      v3: 'ok',
    },
  });
});
