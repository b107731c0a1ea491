import type { Resource, Template } from './template.js';

/** The path of the property at fault, with what is to be said of this very case. */
export type Violation = string | { readonly path: string; readonly detail: string };

/** Resources of a template, by logical id. */
export type ExampleResources = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One thing that a template can get wrong about Kafka, its pollers or their secrets. */
export interface TemplateRule {
  /** The name of its file. */
  readonly id: string;
  /** What happens to whom, in a sentence or two. */
  readonly why: string;
  readonly fix: string;
  /** Types of the resources that it looks at. */
  readonly types: readonly string[];
  /** Resources that trip this rule and no other, and the same put right. */
  readonly example: { readonly refused: ExampleResources; readonly accepted: ExampleResources };
  /** Undefined where all is well, and where it is not known before deployment. */
  violation(resource: Resource, template: Template): Violation | undefined;
}
