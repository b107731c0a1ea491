/** `tavro rules`: what the gate looks for. */
import { printRules, rulesPage } from '../check/rules-page.js';
import { type Context, EXIT } from '../context.js';

export function rules(
  { format }: { readonly format: 'text' | 'json' | 'markdown' },
  context: Context,
): number {
  context.out(format === 'markdown' ? rulesPage().trimEnd() : printRules(format));
  return EXIT.clean;
}
