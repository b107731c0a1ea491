/** avro-js has no types of its own. */
declare module 'avro-js' {
  const avro: {
    parse(
      schema: unknown,
      options: object,
    ): { toBuffer(value: unknown): Buffer; fromBuffer(bytes: Buffer): unknown };
  };
  export default avro;
}
