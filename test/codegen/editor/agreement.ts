/** The two that judge a `tavro.json`: its reader, and the JSON Schema that is printed for editors. */
import { Ajv, type ValidateFunction } from 'ajv';
import { tavroSchema } from '../../../codegen/editor/tavro-schema.js';
import { CodegenError } from '../../../codegen/error.js';
import { once } from '../../../codegen/model/once.js';
import { parseFolder } from '../../../codegen/model/parse.js';
import { printProblem } from '../../../codegen/model/problem.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { parseConfig } from '../../../codegen/project/config/config.js';
import { inlineSchemas } from '../../../codegen/project/find-carried.js';
import { isArray, isObject, type Json, type JsonObject, parseJson } from '../../../runtime/json.js';
import { isPrimitive } from '../../../runtime/schema/schema.js';

/** What is wrong between two places, or with a name: a schema knows the form of each place alone. */
const BEYOND_FORM = [
  /The subject of .* is named after its type/,
  / has no name: a case is a type by its full name\.$/,
  / stands here twice\.$/,
  / share the subject /,
  / is no setting of a Kafka topic\./,
  /"oldestRetained" is v\d+ of its keys, but/,
  /"expires" must be a date such as 2030-12-31, not "\d{4}-\d\d-\d\d"/,
];

/** The same of what nobody reads then: its form is not looked at. */
const UNREAD = [
  /"(value|key)" names no subject of /,
  /The keys of .* have no schema, and so no subject/,
  / is no type that the topic carries\./,
  /"oldestRetained" (must name each type|names types, but)/,
];

/** A validator of a schema for editors. */
export function validatorOf(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false });
  ajv.addVocabulary(['allowComments']);
  return ajv.compile(schema);
}

const validator = once(() => validatorOf(tavroSchema()));

/** What the reader says is wrong, a line each. */
export function refusals(text: string): readonly string[] {
  try {
    const config = parseConfig(new SourceText('tavro.json', text));
    // Avro is read as any file is, together with the files that may define what it names.
    const { errors } = parseFolder([...inlineSchemas(config).values()]).problems;
    return errors.filter(({ code }) => code !== 'TYPE_UNKNOWN').map(printProblem);
  } catch (error) {
    if (error instanceof CodegenError) return error.message.split('\n');
    throw error;
  }
}

/**
 * Whether a topic carries a list of other things than names: how subjects are named decides whether
 * these are types of the topic, or Avro.
 */
function hasMixedList(json: Json): boolean {
  const topics = isObject(json) && isObject(json.topics) ? Object.values(json.topics) : [];
  return topics.some((topic) => {
    const value = isObject(topic) ? topic.value : undefined;
    return isArray(value) && value.some((one) => typeof one !== 'string' || isPrimitive(one));
  });
}

/** What one of the two says and the other does not; nothing where they agree on the form. */
export function disagreement(text: string): string | undefined {
  const validate = validator();
  const json = parseJson(text);
  const isValid = validate(json);
  const refused = refusals(text);
  const ofForm = refused.filter((line) => !BEYOND_FORM.some((one) => one.test(line)));
  if (isValid === (ofForm.length === 0) || (isValid && hasMixedList(json))) return undefined;
  if (ofForm.every((line) => UNREAD.some((one) => one.test(line))) && ofForm.length > 0)
    return undefined;
  // Avro is looked at when all else is right.
  const hasAvro = text.includes('"avro"') || hasMixedList(json);
  if (ofForm.length === 0 && refused.length > 0 && hasAvro) return undefined;
  const said = isValid
    ? `the reader: ${ofForm.join('\n')}`
    : `the schema: ${JSON.stringify(validate.errors, null, 2)}`;
  return `The reader of tavro.json and its JSON Schema disagree.\n${text}\n${said}`;
}
