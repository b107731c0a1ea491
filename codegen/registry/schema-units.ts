/**
 * Schemas as a registry takes them with references: what one file defines is one text, which names
 * the types of other files instead of repeating them.
 */
import { type Json, printJson } from '../../runtime/json.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import { components } from '../model/components.js';
import type { Model } from '../model/parse.js';
import { printSchema } from '../model/print.js';
import { childrenOf, isNamed, type NamedSchema, type Schema } from '../model/schema.js';

/** A text to register, and the texts that must be registered before. */
export interface SchemaUnit {
  /** Full name of its outermost type. */
  readonly name: string;
  readonly text: string;
  /** What it mentions itself. */
  readonly needs: readonly SchemaUnit[];
}

/** Cuts a project's schemas into units. */
export class SchemaUnits {
  private readonly model: Pick<Model, 'files' | 'canonical'>;
  /** Files whose root is a named type, to that type. */
  private readonly roots = new Map<string, NamedSchema>();
  /** Definitions of each type: files may repeat each other. */
  private readonly definitions = new Map<NamedSchema, number>();
  private readonly circles = new Map<NamedSchema, ReadonlySet<NamedSchema>>();
  private readonly units = new Map<Schema, SchemaUnit>();

  constructor(model: Pick<Model, 'files' | 'canonical'>) {
    this.model = model;
    for (const { source, root } of model.files)
      if (root !== undefined && isNamed(root)) this.roots.set(source.file, root);
    for (const one of model.canonical.values())
      this.definitions.set(one, (this.definitions.get(one) ?? 0) + 1);
  }

  /** The unit that a schema would be registered as. */
  of(type: Schema): SchemaUnit {
    const known = this.units.get(type);
    if (known !== undefined) return known;
    // What has no name is no part of a circle.
    const circle = isNamed(type) ? this.circleOf(this.homeOf(type)) : new Set();
    const needed = new Set<NamedSchema>();
    const defined = new Set([nameOf(type)]);
    const inline = (inner: NamedSchema): Json => {
      const home = this.homeOf(inner);
      if (!circle.has(home)) needed.add(leaderOf(this.circleOf(home)));
      if (!circle.has(home) || defined.has(inner.name)) return inner.name;
      defined.add(inner.name);
      return printSchema(inner, { reference: inline });
    };
    const text = printJson(printSchema(type, { reference: inline }));
    const needs = [...needed].sort(byName).map((one) => this.of(one));
    const unit = { name: nameOf(type), text, needs };
    this.units.set(type, unit);
    return unit;
  }

  /** The type under whose name the text that defines a type is registered. */
  private homeOf(type: NamedSchema): NamedSchema {
    const own = this.model.canonical.get(type) ?? type;
    // Two texts that define one type cannot be used together: such a type gets a text of its own.
    if ((this.definitions.get(own) ?? 1) > 1) return own;
    const root = this.roots.get(own.origin.source.file);
    return root === undefined ? own : (this.model.canonical.get(root) ?? root);
  }

  /** Texts that refer to each other in a circle cannot be registered one by one: they become one. */
  private circleOf(home: NamedSchema): ReadonlySet<NamedSchema> {
    if (!this.circles.has(home)) {
      // A circle that is known has no members that are not.
      const mentioned = (one: NamedSchema): NamedSchema[] =>
        this.mentionsOf(one).filter((other) => !this.circles.has(other));
      for (const circle of components([home], mentioned).map((members) => new Set(members)))
        for (const member of circle) this.circles.set(member, circle);
    }
    return this.circles.get(home) ?? new Set([home]);
  }

  /** The other homes that the text of a home mentions. */
  private mentionsOf(home: NamedSchema): NamedSchema[] {
    const found = new Set<NamedSchema>();
    const seen = new Set<Schema>([home]);
    for (const schema of seen) {
      for (const child of childrenOf(schema)) {
        const other = isNamed(child) ? this.homeOf(child) : home;
        if (other === home) seen.add(child);
        else found.add(other);
      }
    }
    return [...found];
  }
}

/** Which text of a circle stands for all. */
function leaderOf(circle: ReadonlySet<NamedSchema>): NamedSchema {
  return [...circle].reduce((first, one) => (byName(one, first) < 0 ? one : first));
}

function byName(a: NamedSchema, b: NamedSchema): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Units that a unit needs, each once, before those that need them. */
export function inOrder(units: readonly SchemaUnit[]): SchemaUnit[] {
  const found = new Set<SchemaUnit>();
  const visit = (unit: SchemaUnit): void => {
    if (found.has(unit)) return;
    for (const needed of unit.needs) visit(needed);
    found.add(unit);
  };
  for (const unit of units) visit(unit);
  return [...found];
}
