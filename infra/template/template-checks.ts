import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  NestedStack,
  type PolicyValidationPluginReport,
  type PolicyViolation,
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
    const violations = templatePaths(context).flatMap((templatePath) =>
      checkTemplate(readFileSync(templatePath, 'utf8')).map((found) =>
        violation(found, templatePath),
      ),
    );
    return { success: violations.length === 0, violations };
  }
}

/** Those of nested stacks are assets to the library, which does not hand them to plugins. */
function templatePaths({ stackTemplates, appConstruct }: IPolicyValidationContext): string[] {
  const nested = appConstruct.node
    .findAll()
    .filter((construct) => NestedStack.isNestedStack(construct));
  return stackTemplates.flatMap(({ stackConstructPath, templatePath }) => [
    templatePath,
    ...nested
      .filter(({ node }) => node.path.startsWith(`${stackConstructPath}/`))
      .map(({ templateFile }) => path.join(path.dirname(templatePath), templateFile)),
  ]);
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
