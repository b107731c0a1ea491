/** What is mutated, a file or a folder; `<name>.suite.ts` has the tests that must notice: fast ones. */
export const TARGETS: { readonly [name: string]: string } = {
  wire: 'runtime/wire/',
  plan: 'runtime/schema/plan.ts',
  rules: 'codegen/check/rules/',
};
