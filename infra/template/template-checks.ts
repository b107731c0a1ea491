import { readFileSync } from 'node:fs';
import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib';
import { checkTemplate, type TemplateFinding } from './check-template.js';
import { templateRules } from './rules/index.js';

/**
 * Checks every template of an app against {@link templateRules} when it is synthesized; a finding
 * fails synth. What is meant to be as it is, is acknowledged with a reason.
 *
 * @example
 * Validations.of(app).addPlugins(new TemplateChecks());
 * Validations.of(trial).acknowledge({ id: 'tavro::msk-deletion', reason: 'a trial, without data' });
 */
export class TemplateChecks implements IPolicyValidationPlugin {
  readonly name = 'tavro';
  readonly ruleIds = templateRules.map(({ id }) => id);

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = context.stackTemplates.flatMap(({ templatePath }) =>
      checkTemplate(readFileSync(templatePath, 'utf8')).map((found) =>
        violation(found, templatePath),
      ),
    );
    return { success: violations.length === 0, violations };
  }
}

function violation(found: TemplateFinding, templatePath: string): PolicyViolation {
  const { rule, message, fix, logicalId, location } = found;
  return {
    ruleName: rule,
    description: message,
    fix,
    severity: 'error',
    violatingResources: [{ resourceLogicalId: logicalId, locations: [location], templatePath }],
  };
}
