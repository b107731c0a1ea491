/** How a value is encoded. */
export interface EncodeOptions {
  /**
   * Writes U+FFFD for a lone surrogate, which has no UTF-8, instead of refusing the value.
   * @default false
   */
  readonly replaceLoneSurrogates?: boolean;
}
