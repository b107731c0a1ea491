import { checkHistory } from '../../codegen/check/compare.js';
import type { Finding } from '../../codegen/check/finding.js';
import { parseSchema } from '../../codegen/model/parse-schema.js';

/** An edit that nobody makes: a field under another name, with nothing that says so. */
export interface RefusedEdit {
  readonly field: string;
  readonly newName: string;
  readonly finding: Finding;
}

/**
 * What the gate says when a field of a record is renamed, as if the schema before were released. In
 * memory: no file is read or written.
 * @param file what the finding calls it
 * @returns nothing where no field can be renamed so that its data is lost
 */
export function refusedEdit(file: string, text: string): RefusedEdit | undefined {
  const released = parseSchema(text, { file });
  const { schema } = released;
  if (schema.kind !== 'record') return undefined;
  const field = schema.fields.findLast(
    ({ type, default: usual }) => type.kind === 'string' && usual === undefined,
  )?.name;
  if (field === undefined) return undefined;
  const newName = schema.fields.some(({ name }) => name === 'link') ? 'target' : 'link';
  const edited = text.replace(new RegExp(`("name"\\s*:\\s*)"${field}"`), `$1"${newName}"`);
  const [finding] = checkHistory({
    compatibility: 'BACKWARD_TRANSITIVE',
    history: [released],
    candidate: parseSchema(edited, { file }),
  });
  return finding && { field, newName, finding };
}
