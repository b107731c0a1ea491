import { printJson } from '../../../runtime/json.js';
import { loadAvsc } from '../../model/avsc.js';
import { printSchema } from '../../model/print.js';
import type { Schema } from '../../model/schema.js';
import { avscTakes } from '../avsc-takes.js';
import type { Rule } from '../rule.js';

/** A schema that Node's avsc cannot use. */
export const avscRefuses: Rule<'ownSchema'> = {
  id: 'avsc-refuses',
  category: 'LINT',
  severity: 'warning',
  why: "Consumers in Node that use avsc, directly or through a registry client, cannot read the topic. It insists on a union's first branch for defaults, refuses enums without symbols and empty unions, and does not fall back to the null namespace.",
  fix: 'Write the schema as avsc takes it, or turn the rule off where no consumer uses avsc.',
  example: {
    reader: { type: 'enum', name: 'Status', symbols: [] },
    writer: 'null',
    repaired: [{ type: 'enum', name: 'Status', symbols: ['OPEN'] }],
  },
  check({ schema }) {
    const why = avscTakes(schema) ? undefined : refusal(schema);
    return why === undefined ? undefined : `Node's avsc would refuse this schema, because: ${why}.`;
  },
};

function refusal(schema: Schema): string | undefined {
  try {
    // bigint defaults print as integers, which avsc reads as doubles: so do its users.
    loadAvsc().Type.forSchema(JSON.parse(printJson(printSchema(schema))));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
