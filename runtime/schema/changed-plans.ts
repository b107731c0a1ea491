import type { Plan } from './plan.js';

/** Of all plans that a plan leads to, those that do not leave a value's bytes as they are. */
export function changedPlans(root: Plan): ReadonlySet<Plan> {
  const met = new Set([root]);
  const users = new Map<Plan, Plan[]>();
  // A set gives what is added while it is gone through: no recursion, and each plan once.
  for (const step of met) {
    for (const part of partsOf(step)) {
      met.add(part);
      const known = users.get(part);
      if (known === undefined) users.set(part, [step]);
      else known.push(step);
    }
  }
  const changed = new Set([...met].filter(changesItself));
  for (const step of changed) for (const user of users.get(step) ?? []) changed.add(user);
  return changed;
}

function partsOf(step: Plan): readonly Plan[] {
  switch (step.kind) {
    case 'array':
      return [step.items];
    case 'map':
      return [step.values];
    case 'record':
      return step.steps.flatMap((part) => (part.into === undefined ? [] : [part.plan]));
    case 'choose':
      // A branch that keeps its place is as its value is.
      return step.branches.map((branch, i) => (keepsPlace(branch, i) ? branch.plan : branch));
    case 'wrap':
      return [step.plan];
    default:
      return [];
  }
}

function changesItself(step: Plan): boolean {
  switch (step.kind) {
    case 'promote':
    case 'wrap':
    case 'refuse':
      return true;
    case 'enum':
      return step.symbols.some((to, from) => to !== from);
    case 'record':
      return step.defaults.length > 0 || step.steps.some((part, i) => part.into !== i);
    case 'choose':
      return !step.branches.every(keepsPlace);
    default:
      return false;
  }
}

function keepsPlace(branch: Plan, index: number): branch is Extract<Plan, { kind: 'wrap' }> {
  return branch.kind === 'wrap' && branch.index === index;
}
