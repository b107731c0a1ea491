/** The JSON Schema of `tavro.json`, printed from the tables that its reader reads by. */
import type { Json, JsonObject } from '../../runtime/json.js';
import { CONFIG } from '../project/config/config.js';
import type { Form, Part, Setting, Settings } from '../project/config/setting.js';
import { AVRO_DEFINITIONS } from './avsc-schema.js';
import { exampleOf, formsWithin } from './forms.js';

export function tavroSchema(): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'tavro.json',
    allowComments: true,
    ...schemaOf(CONFIG),
    definitions: {
      ...Object.fromEntries(
        formsWithin(CONFIG).flatMap(({ form }) =>
          form.form === 'shared'
            ? [[form.name, { ...schemaOf(form.is), description: plain(form.doc) }]]
            : [],
        ),
      ),
      ...AVRO_DEFINITIONS,
    },
  };
}

function schemaOf(form: Form): JsonObject {
  switch (form.form) {
    case 'text':
      return { type: 'string', ...(form.like && { pattern: form.like.pattern.source }) };
    case 'choice':
      return { enum: form.choices };
    case 'flag':
      return { type: 'boolean' };
    case 'whole number':
      return { type: 'integer', minimum: 1, maximum: form.most };
    case 'scalar':
      return { type: ['string', 'number', 'boolean'] };
    case 'list':
      return { type: 'array', items: schemaOf(form.of), minItems: form.least };
    case 'either':
      return { anyOf: form.of.map(schemaOf) };
    case 'part':
      return schemaOfPart(form);
    case 'shared':
      return { $ref: `#/definitions/${form.name}` };
    case 'avro':
      return form.only === 'union'
        ? { allOf: [{ $ref: '#/definitions/union' }, { minItems: 1 }] }
        : { $ref: '#/definitions/type' };
  }
}

function schemaOfPart({ settings, others }: Part): JsonObject {
  const entries = Object.entries(settings);
  const required = entries.flatMap(([key, { isRequired }]) => (isRequired ? [key] : []));
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, one]) => [key, schemaOfSetting(one)])),
    additionalProperties: others === undefined ? false : schemaOf(others.value),
    ...(others?.pattern && { propertyNames: namesOf(settings, others.pattern) }),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** A key means something by itself, or is one that a project may choose. */
function namesOf(settings: Settings, { source }: RegExp): JsonObject {
  const keys = Object.keys(settings);
  return keys.length === 0 ? { pattern: source } : { anyOf: [{ enum: keys }, { pattern: source }] };
}

function schemaOfSetting(setting: Setting): JsonObject {
  const schema = schemaOf(setting.is);
  const example = exampleOf(setting);
  return {
    // Beside a reference nothing else counts.
    ...(Object.hasOwn(schema, '$ref') ? { allOf: [schema] } : schema),
    description: plain(setting.doc),
    ...(setting.default === undefined ? {} : { default: setting.default }),
    ...(example === undefined ? {} : { examples: [example] satisfies Json }),
  };
}

/** Links are of the page. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
