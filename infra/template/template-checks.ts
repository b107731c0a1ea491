import { readFileSync } from 'node:fs';
import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib';
import { parseTemplate } from './template.js';
import { type TemplateRule, templateRules } from './template-rules.js';

/**
 * Checks every template of an app against {@link templateRules} when it is synthesized; a finding
 * fails synth.
 *
 * @example Validations.of(app).addPlugins(new TemplateChecks());
 */
export class TemplateChecks implements IPolicyValidationPlugin {
  readonly name = 'tavro';
  readonly ruleIds = templateRules.map(({ id }) => id);

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = context.stackTemplates.flatMap(({ templatePath }) => check(templatePath));
    return { success: violations.length === 0, violations };
  }
}

function check(templatePath: string): PolicyViolation[] {
  const template = parseTemplate(readFileSync(templatePath, 'utf8'));
  return templateRules.flatMap((rule) =>
    [...template.values()]
      .filter(({ type }) => type === rule.type)
      .flatMap((resource) => {
        const path = rule.violation(resource, template);
        return path === undefined ? [] : [violation(rule, { id: resource.id, path, templatePath })];
      }),
  );
}

function violation(
  { id, why, fix }: TemplateRule,
  found: { id: string; path: string; templatePath: string },
): PolicyViolation {
  const location = found.path === 'DependsOn' ? found.path : `Properties.${found.path}`;
  return {
    ruleName: id,
    description: `${location}: ${why}`,
    fix,
    severity: 'error',
    violatingResources: [
      {
        resourceLogicalId: found.id,
        locations: [location],
        templatePath: found.templatePath,
      },
    ],
  };
}
