/** What a field must be: rules of Lambda, such as those that `FilterRule` of aws-cdk-lib makes. */
export type FieldRule = readonly unknown[];

/** What has no fields that rules could name. */
type Leaf = readonly unknown[] | Date | Uint8Array | bigint | boolean | number | string;

/** Rules for fields of a type, of which any may be left out. */
export type FieldRules<Type> =
  NonNullable<Type> extends Leaf
    ? FieldRule
    : NonNullable<Type> extends object
      ? { readonly [Field in keyof NonNullable<Type>]?: FieldRules<NonNullable<Type>[Field]> }
      : FieldRule;

/** What of a record a filter looks at. */
export type RecordSide = 'key' | 'value';

/** Records that a function is called for. Made by {@link eventFilter}. */
export class EventFilter {
  /** As Lambda takes it, JSON. */
  readonly pattern: string;
  readonly sides: readonly RecordSide[];

  constructor(rules: Readonly<Partial<Record<RecordSide, unknown>>>) {
    const given = Object.entries(rules).filter(([, rule]) => rule !== undefined);
    this.pattern = JSON.stringify(Object.fromEntries(given));
    this.sides = (['key', 'value'] as const).filter((side) => rules[side] !== undefined);
  }
}

/**
 * A filter by fields of generated types: `eventFilter<UserClick>({ value: { url: FilterRule.beginsWith('/shop') } })`
 * with `FilterRule` of `aws-cdk-lib/aws-lambda`. All rules of a filter must hold.
 *
 * Lambda looks at fields as JSON, once its mapping's `schemaRegistry` has read them. How it shows
 * unions, bytes and logical types there is not documented: keep to text, numbers and booleans that are no
 * unions, or try it first. Its page on filters speaks of values alone; that keys can be filtered stands in
 * the one on schema registries.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-consume-kafka-events.html
 */
export function eventFilter<Value, Key = unknown>(rules: {
  /** @default - any value */
  readonly value?: FieldRules<Value>;
  /** @default - any key */
  readonly key?: FieldRules<Key>;
}): EventFilter {
  return new EventFilter(rules);
}
