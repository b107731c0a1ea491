/** A file or a folder that is mutated, and the tests that must notice: fast ones, since each mutant runs them. */
export interface Target {
  readonly code: string;
  readonly tests: readonly string[];
}

export const TARGETS: { readonly [name: string]: Target } = {
  wire: {
    code: 'runtime/wire/',
    tests: ['test/runtime/wire/*.test.ts'],
  },
  plan: {
    code: 'runtime/schema/plan.ts',
    tests: ['test/runtime/schema/plan*.test.ts'],
  },
  rules: {
    code: 'codegen/check/rules/',
    tests: [
      'test/codegen/check/{defaults,lint-borders,project-rule-borders,rule-advice,rule-borders,rules,shown-types}.test.ts',
    ],
  },
};
