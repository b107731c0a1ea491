/** Logical types for avsc and avro-js that give what tavro gives, written as their manuals show. */

interface AvroModule {
  types: { LogicalType: LogicalTypeClass };
}
type LogicalTypeClass = new (schema: unknown, options?: unknown) => object;

export function conversions(library: unknown): Record<string, LogicalTypeClass> {
  // Safe: both libraries export `types.LogicalType` (avsc: wiki/Advanced-usage#logical-types).
  const { LogicalType } = (library as AvroModule).types;

  class TimestampMillis extends LogicalType {
    _fromValue(value: number): Date {
      return new Date(value);
    }
    _toValue(value: unknown): number | undefined {
      return value instanceof Date ? value.getTime() : undefined;
    }
    _resolve(): (value: number) => Date {
      return this._fromValue;
    }
  }

  class Decimal extends LogicalType {
    private readonly scale: number;

    constructor(schema: { scale: number }, options?: unknown) {
      super(schema, options);
      this.scale = schema.scale;
    }
    _fromValue(bytes: Buffer): string {
      const unscaled =
        bytes.length === 0
          ? 0n
          : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
      const digits = (unscaled < 0n ? -unscaled : unscaled)
        .toString()
        .padStart(this.scale + 1, '0');
      const sign = unscaled < 0n ? '-' : '';
      return `${sign}${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`;
    }
    _toValue(text: string): Buffer {
      const unscaled = BigInt(text.replace('.', ''));
      const magnitude = unscaled < 0n ? -unscaled - 1n : unscaled;
      const size = Math.floor((magnitude === 0n ? 0 : magnitude.toString(2).length) / 8) + 1;
      const hex = BigInt.asUintN(size * 8, unscaled).toString(16);
      return Buffer.from(hex.padStart(size * 2, '0'), 'hex');
    }
    _resolve(): (bytes: Buffer) => string {
      return (bytes) => this._fromValue(bytes);
    }
  }
  // Safe: the constructor takes the schema that it is registered for.
  return {
    'timestamp-millis': TimestampMillis,
    decimal: Decimal as unknown as LogicalTypeClass,
  };
}
