/** The same events in Protobuf: descriptors made of the Avro schemas, field by field. */
import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  toBinary,
} from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Type as Kind,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  OneofDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import protobufjs from 'protobufjs';
import { readSchema, type Schema } from '../../runtime/schema/schema.js';
import { at, type Side, type Subject, side } from './sides.js';

type Plain = Readonly<Record<string, unknown>>;
type RecordSchema = Extract<Schema, { kind: 'record' }>;

const SCALARS = {
  boolean: { es: Kind.BOOL, js: 'bool' },
  int: { es: Kind.SINT32, js: 'sint32' },
  long: { es: Kind.SINT64, js: 'sint64' },
  float: { es: Kind.FLOAT, js: 'float' },
  double: { es: Kind.DOUBLE, js: 'double' },
  string: { es: Kind.STRING, js: 'string' },
  bytes: { es: Kind.BYTES, js: 'bytes' },
  fixed: { es: Kind.BYTES, js: 'bytes' },
} as const;

export function protobufEsSide(subject: Subject, plain: readonly unknown[]): Side {
  const root = recordOf(subject);
  const message = new EsDescriptors().message(root);
  const values = plain.map((value) => create(message, esValue(root, value)));
  const messages = values.map((value) => Buffer.from(toBinary(message, value)));
  return side('protobuf-es', messages, {
    encode: (i) => toBinary(message, at(values, i)),
    decode: (i) => fromBinary(message, at(messages, i)),
  });
}

export function protobufJsSide(subject: Subject, plain: readonly unknown[]): Side {
  const root = recordOf(subject);
  const nested: Record<string, protobufjs.AnyNestedObject> = {};
  jsType(root, nested);
  const type = protobufjs.Root.fromJSON({ nested }).lookupType(short(root.name));
  // Safe: the values are records.
  const values = plain.map((value) => type.fromObject(jsValue(root, value) as object));
  const messages = values.map((value) => Buffer.from(type.encode(value).finish()));
  return side('protobufjs', messages, {
    encode: (i) => type.encode(at(values, i)).finish(),
    decode: (i) => type.decode(at(messages, i)),
  });
}

function recordOf({ codec }: Subject): RecordSchema {
  const schema = readSchema(codec.schema);
  if (schema.kind !== 'record') throw new TypeError(`${codec.name} is not a record.`);
  return schema;
}

function short(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** What a field holds besides null: one branch, or several as a oneof. */
function branches(schema: Schema): Schema[] {
  return schema.kind === 'union' ? schema.branches.filter(({ kind }) => kind !== 'null') : [schema];
}

class EsDescriptors {
  private readonly file = create(FileDescriptorProtoSchema, {
    name: 'bench.proto',
    package: 'bench',
    syntax: 'proto3',
  });
  private readonly done = new Set<string>();

  message(root: RecordSchema): DescMessage {
    this.declare(root);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [this.file] }));
    const found = registry.getMessage(root.name);
    if (found === undefined) throw new Error(`No descriptor for ${root.name}.`);
    return found;
  }

  private declare(schema: Schema): void {
    if (!('name' in schema) || this.done.has(schema.name)) return;
    this.done.add(schema.name);
    if (schema.kind === 'enum') {
      const value = schema.symbols.map((name, number) =>
        create(EnumValueDescriptorProtoSchema, { name, number }),
      );
      this.file.enumType.push(
        create(EnumDescriptorProtoSchema, { name: short(schema.name), value }),
      );
    } else if (schema.kind === 'record') {
      const type = create(DescriptorProtoSchema, { name: short(schema.name) });
      this.file.messageType.push(type);
      for (const field of schema.fields) this.field(type, field.name, field.type);
    }
  }

  private field(type: DescriptorProto, name: string, schema: Schema): void {
    const choices = branches(schema);
    const isOptional = schema.kind === 'union' && choices.length === 1;
    // A proto3 optional is a oneof of its own, after the others.
    const oneof = schema.kind === 'union' ? type.oneofDecl.length : undefined;
    const repeats = choices.some(({ kind }) => kind === 'array' || kind === 'map');
    if (oneof !== undefined && !repeats) {
      const label = isOptional ? `_${name}` : name;
      type.oneofDecl.push(create(OneofDescriptorProtoSchema, { name: label }));
    }
    for (const choice of choices) {
      const fieldName = choices.length === 1 ? name : `${name}_${short(named(choice))}`;
      const made = this.kind(type, fieldName, choice);
      made.name = fieldName;
      made.number = type.field.length + 1;
      if (oneof !== undefined && !repeats) {
        made.oneofIndex = oneof;
        made.proto3Optional = isOptional;
      }
      type.field.push(made);
    }
  }

  private kind(type: DescriptorProto, name: string, schema: Schema): FieldDescriptorProto {
    if (schema.kind === 'array') {
      const item = this.kind(type, name, schema.items);
      item.label = Label.REPEATED;
      return item;
    }
    if (schema.kind === 'map') return this.map(type, name, schema.values);
    if (schema.kind === 'record' || schema.kind === 'enum') {
      this.declare(schema);
      const kind = schema.kind === 'record' ? Kind.MESSAGE : Kind.ENUM;
      return create(FieldDescriptorProtoSchema, {
        type: kind,
        typeName: `.${schema.name}`,
        label: Label.OPTIONAL,
      });
    }
    if (schema.kind === 'union' || schema.kind === 'null')
      throw new TypeError(`${schema.kind} within a list has no Protobuf form.`);
    return create(FieldDescriptorProtoSchema, {
      type: SCALARS[schema.kind].es,
      label: Label.OPTIONAL,
    });
  }

  private map(type: DescriptorProto, name: string, values: Schema): FieldDescriptorProto {
    const entryName = `${name[0]?.toUpperCase()}${name.slice(1)}Entry`;
    const entry = create(DescriptorProtoSchema, {
      name: entryName,
      options: create(MessageOptionsSchema, { mapEntry: true }),
    });
    this.field(entry, 'key', { kind: 'string' });
    this.field(entry, 'value', listed(values) ? this.list(values) : values);
    type.nestedType.push(entry);
    return create(FieldDescriptorProtoSchema, {
      type: Kind.MESSAGE,
      typeName: `.bench.${type.name}.${entryName}`,
      label: Label.REPEATED,
    });
  }

  /** Protobuf maps hold no lists: a message around one. */
  private list(schema: Schema): Schema {
    return listRecord(schema);
  }
}

function listed(schema: Schema): boolean {
  return schema.kind === 'array' || schema.kind === 'map';
}

function listRecord(schema: Schema): RecordSchema {
  const field = { name: 'items', aliases: [], type: schema, default: undefined };
  return { kind: 'record', name: 'bench.List', aliases: [], fields: [field] };
}

function named(schema: Schema): string {
  return 'name' in schema ? schema.name : schema.kind;
}

/** avsc's plain value -> what `create` takes. */
function esValue(schema: Schema, value: unknown): never {
  // Safe: `create` checks nothing about nested fields that these shapes could violate.
  return convert(schema, value, {
    long: (n) => BigInt(n),
    oneof: (name, field, inner) => ({ [name]: { case: camel(field), value: inner } }),
    field: camel,
  }) as never;
}

function jsValue(schema: Schema, value: unknown): unknown {
  return convert(schema, value, {
    long: (n) => n,
    oneof: (_, field, inner) => ({ [field]: inner }),
    field: (name) => name,
  });
}

interface Form {
  long(value: number): unknown;
  oneof(name: string, field: string, value: unknown): Plain;
  field(name: string): string;
}

function convert(schema: Schema, value: unknown, form: Form): unknown {
  switch (schema.kind) {
    case 'record': {
      // Safe: avsc's values follow the schema.
      const record = value as Plain;
      const entries: Plain[] = schema.fields.map(({ name, type }) =>
        fieldValue(name, type, record[name], form),
      );
      return Object.assign({}, ...entries);
    }
    case 'array':
      return Array.isArray(value) ? value.map((item) => convert(schema.items, item, form)) : [];
    case 'map': {
      const wrap = (item: unknown) => {
        const inner = convert(schema.values, item, form);
        return listed(schema.values) ? { items: inner } : inner;
      };
      return Object.fromEntries(Object.entries(Object(value)).map(([k, v]) => [k, wrap(v)]));
    }
    case 'enum':
      return schema.symbols.indexOf(String(value));
    case 'long':
      return form.long(Number(value));
    default:
      return value;
  }
}

function fieldValue(name: string, type: Schema, value: unknown, form: Form): Plain {
  if (value === null || value === undefined) return {};
  const choices = branches(type);
  const [only] = choices;
  if (choices.length === 1 && only !== undefined)
    return { [form.field(name)]: convert(only, value, form) };
  const [[branch = '', inner] = []] = Object.entries(Object(value));
  const choice = choices.find((schema) => named(schema) === branch) ?? { kind: 'null' };
  return form.oneof(name, `${name}_${short(branch)}`, convert(choice, inner, form));
}

/** As Protobuf compilers name fields in JavaScript: `order_id` -> `orderId`. */
function camel(name: string): string {
  return name.replace(/_([a-zA-Z0-9])/g, (_, char: string) => char.toUpperCase());
}

function jsType(schema: Schema, nested: Record<string, protobufjs.AnyNestedObject>): void {
  if (!('name' in schema) || nested[short(schema.name)] !== undefined) return;
  if (schema.kind === 'enum') {
    nested[short(schema.name)] = {
      values: Object.fromEntries(schema.symbols.map((symbol, i) => [symbol, i])),
    };
  } else if (schema.kind === 'record') {
    const type: protobufjs.IType = { fields: {}, oneofs: {} };
    nested[short(schema.name)] = type;
    for (const { name, type: fieldType } of schema.fields) {
      const choices = branches(fieldType);
      for (const choice of choices) {
        const id = Object.keys(type.fields).length + 1;
        const fieldName = choices.length === 1 ? name : `${name}_${short(named(choice))}`;
        type.fields[fieldName] = jsField(choice, id, nested);
      }
    }
  }
}

function jsField(
  schema: Schema,
  id: number,
  nested: Record<string, protobufjs.AnyNestedObject>,
): protobufjs.IField | protobufjs.IMapField {
  if (schema.kind === 'array') return { ...jsField(schema.items, id, nested), rule: 'repeated' };
  if (schema.kind === 'map') {
    const values = listed(schema.values) ? listRecord(schema.values) : schema.values;
    return { keyType: 'string', ...jsField(values, id, nested) };
  }
  jsType(schema, nested);
  if (schema.kind === 'record' || schema.kind === 'enum') return { type: short(schema.name), id };
  if (schema.kind === 'union' || schema.kind === 'null')
    throw new TypeError(`${schema.kind} within a list has no Protobuf form.`);
  return { type: SCALARS[schema.kind].js, id };
}
