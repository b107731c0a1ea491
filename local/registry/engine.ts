/** What the registry needs to know about Avro; `avro.ts` is the implementation. */

import type { CompatibilityLevel } from '../../runtime/registry/levels.js';

export interface SchemaDocument {
  readonly schema: string;
  /** Texts of the schemas it refers to, dependencies first. */
  readonly references: readonly string[];
}

export interface CompatibilityRequest {
  readonly level: CompatibilityLevel;
  readonly candidate: SchemaDocument;
  /** Oldest first. A level that is not transitive looks at the last one only. */
  readonly history: readonly (SchemaDocument & { readonly version: number })[];
}

export interface CompatibilityVerdict {
  readonly compatible: boolean;
  /** One per problem; empty when compatible. */
  readonly messages: readonly string[];
  /** The version that the candidate does not fit. */
  readonly version?: number;
}

export interface SchemaForms {
  /** Attributes in Avro's own order, no space: equal text is one schema id. */
  readonly canonical: string;
  /** As `canonical`, with sorted properties besides: what `normalize=true` stores. */
  readonly normalized: string;
  /** Self-contained: referenced types are defined at their first use. */
  readonly resolved: string;
  /** Self-contained and normalized: equal text is an equal schema. */
  readonly resolvedNormalized: string;
}

export interface SchemaEngine {
  /**
   * Reads a schema. `history` is lenient: what was accepted once is not judged again.
   * @throws Error whose message names every problem
   */
  parse(document: SchemaDocument, role: 'candidate' | 'history'): SchemaForms;
  check(request: CompatibilityRequest): CompatibilityVerdict;
}
