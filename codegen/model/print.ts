import type { Json } from '../../runtime/json.js';
import { namespaceOf, simpleName } from '../../runtime/schema/schema.js';
import type { LogicalType } from './logical.js';
import { isNamed, type NamedSchema, type Schema } from './schema.js';

/** What {@link printSchema} prints. */
export interface PrintOptions {
  /**
   * `full`: all that the file says. `resolution`: only what decides how data is read, in one
   * order, so that equal text means equal resolution.
   * @default 'full'
   */
  readonly form?: 'full' | 'resolution';
  /**
   * Whether logical types are printed that only a name of Kafka Connect says, in the form
   * `resolution`. @default true
   */
  readonly semantics?: boolean;
  /** Whether docs are printed too, in the full form. @default true */
  readonly docs?: boolean;
  /** What stands for a named type that is not defined here; by default it is defined at first use. */
  readonly reference?: (type: NamedSchema) => Json;
}

/** A schema as JSON, each named type defined at its first use. */
export function printSchema(schema: Schema, options: PrintOptions = {}): Json {
  return new Printer(schema, options).type(schema, undefined);
}

class Printer {
  private readonly defined = new Set<string>();
  private readonly root: Schema;
  private readonly options: PrintOptions;

  constructor(root: Schema, options: PrintOptions) {
    this.root = root;
    this.options = options;
  }

  type(schema: Schema, namespace: string | undefined): Json {
    if (schema.kind === 'union')
      return schema.branches.map((branch) => this.type(branch, namespace));
    if (isNamed(schema)) return this.named(schema, namespace);
    const rest = this.props(schema.logical, schema.props);
    if (schema.kind === 'array')
      return { type: 'array', items: this.type(schema.items, namespace), ...rest };
    if (schema.kind === 'map')
      return { type: 'map', values: this.type(schema.values, namespace), ...rest };
    return Object.keys(rest).length === 0 ? schema.kind : { type: schema.kind, ...rest };
  }

  private named(schema: NamedSchema, outer: string | undefined): Json {
    const { reference } = this.options;
    if (reference !== undefined && schema !== this.root) return reference(schema);
    if (this.defined.has(schema.name)) return schema.name;
    this.defined.add(schema.name);
    const namespace = namespaceOf(schema.name);
    const isFull = this.options.form !== 'resolution';
    return {
      type: schema.kind === 'record' && schema.isError && isFull ? 'error' : schema.kind,
      ...(isFull
        ? {
            name: simpleName(schema.name),
            ...(this.inherits(namespace, outer) ? {} : { namespace }),
          }
        : { name: schema.name }),
      ...this.doc(schema),
      ...(schema.aliases.length > 0 ? { aliases: this.aliases(schema.aliases) } : {}),
      ...this.body(schema, namespace),
      ...this.props(schema.logical, schema.props),
    };
  }

  /** A definition that is put inside others later must say its namespace, also the null one. */
  private inherits(namespace: string, outer: string | undefined): boolean {
    return this.options.reference === undefined && namespace === (outer ?? '');
  }

  private doc({ doc }: { readonly doc: string | undefined }): { readonly doc?: string } {
    const isPrinted = this.options.form !== 'resolution' && this.options.docs !== false;
    return isPrinted && doc !== undefined ? { doc } : {};
  }

  private aliases(aliases: readonly string[]): Json {
    return this.options.form === 'resolution' ? [...aliases].sort() : aliases;
  }

  private body(schema: NamedSchema, namespace: string): { readonly [key: string]: Json } {
    switch (schema.kind) {
      case 'enum':
        return {
          symbols: schema.symbols,
          ...(schema.default === undefined ? {} : { default: schema.default }),
        };
      case 'fixed':
        return { size: schema.size };
      case 'record': {
        const isFull = this.options.form !== 'resolution';
        const fields = schema.fields.map((field) => ({
          name: field.name,
          type: this.type(field.type, namespace),
          ...this.doc(field),
          ...(field.default === undefined ? {} : { default: field.default }),
          ...(isFull && field.order !== undefined ? { order: field.order } : {}),
          ...(field.aliases.length > 0 ? { aliases: this.aliases(field.aliases) } : {}),
          ...(isFull ? Object.fromEntries(field.props) : {}),
        }));
        return { fields };
      }
    }
  }

  /** Other properties; of them only a valid logical type changes what data means. */
  private props(
    logical: LogicalType | undefined,
    props: ReadonlyMap<string, Json>,
  ): { readonly [key: string]: Json } {
    if (this.options.form !== 'resolution') return Object.fromEntries(props);
    if (logical === undefined) return {};
    const { name, semantic, ...rest } = logical;
    if (semantic !== undefined && this.options.semantics === false) return {};
    return { logicalType: name, ...rest };
  }
}
