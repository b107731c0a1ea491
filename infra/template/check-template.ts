import type { TemplateRule, Violation } from './rule.js';
import { templateRules } from './rules/index.js';
import { asObject, at, parseTemplate, type Resource } from './template.js';

/** What a rule finds in a template. */
export interface TemplateFinding {
  /** Id of the {@link TemplateRule}. */
  readonly rule: string;
  readonly logicalId: string;
  /** Within the resource, such as `Properties.Topics`. */
  readonly location: string;
  /** Names the construct (or the resource, where the template does not tell) and says what is wrong. */
  readonly message: string;
  readonly fix: string;
}

/** Of a resource, beside its properties. */
const ATTRIBUTES: readonly string[] = ['DeletionPolicy', 'DependsOn'];

/**
 * What {@link templateRules} find in a CloudFormation template of any origin, as JSON: of CDK, of SAM after its
 * transformation, or written by hand. Values that only the deployment knows are never found fault with.
 *
 * A resource that breaks a rule on purpose says so itself, with the reason:
 * `"Metadata": { "tavro": { "accept": { "msk-deletion": "a trial" } } }`. In CDK, `Validations.of(scope)
 * .acknowledge({ id: 'tavro::msk-deletion', reason })` does the same for a construct and what is in it.
 *
 * @throws SyntaxError for text that is no JSON
 */
export function checkTemplate(json: string): readonly TemplateFinding[] {
  const template = parseTemplate(json);
  return templateRules.flatMap((rule) =>
    [...template.values()].flatMap((resource) => {
      if (!rule.types.includes(resource.type) || accepts(resource, rule)) return [];
      const violation = rule.violation(resource, template);
      return violation === undefined ? [] : [finding(rule, resource, violation)];
    }),
  );
}

function accepts({ metadata }: Resource, { id }: TemplateRule): boolean {
  return Object.hasOwn(asObject(at(metadata, 'tavro.accept')), id);
}

function finding(rule: TemplateRule, resource: Resource, violation: Violation): TemplateFinding {
  const { path, detail } =
    typeof violation === 'string' ? { path: violation, detail: '' } : violation;
  const location = ATTRIBUTES.includes(path) ? path : `Properties.${path}`;
  const what = detail === '' ? rule.why : `${detail} ${rule.why}`;
  return {
    rule: rule.id,
    logicalId: resource.id,
    location,
    message: `${resource.name}: ${location}: ${what}`,
    fix: rule.fix,
  };
}
