/** The workflow that checks pull requests. */
import type { PackageManager } from '../disk/package-manager.js';
import { WORDS } from './package-manager.js';

export interface WorkflowOptions {
  readonly manager: PackageManager;
  /** From the repository's root to the project; '' for the root. */
  readonly folder: string;
  /** `--schemas` and `--out`, where they are not the usual ones. */
  readonly flags: { readonly codegen: string; readonly check: string };
}

/** Where it stands in the repository: a file for each project. */
export function workflowPath(folder: string): string {
  const of = folder === '' ? '' : `-${folder.replace(/[^\w.-]+/g, '-')}`;
  return `.github/workflows/schemas${of}.yml`;
}

/** The file's text. */
export function workflow({ manager, folder, flags }: WorkflowOptions): string {
  const { exec, installLocked } = WORDS[manager];
  const corepack = manager === 'npm' ? '' : '      - run: corepack enable\n';
  const defaults =
    folder === ''
      ? ''
      : `    defaults:\n      run:\n        working-directory: ${JSON.stringify(folder)}\n`;
  return `# Refuses generated code that is stale, and schema changes that would hurt somebody.
name: schemas
on: pull_request
permissions:
  contents: read
jobs:
  schemas:
    runs-on: ubuntu-latest
    timeout-minutes: 10
${defaults}    steps:
      - uses: actions/checkout@v4
        with:
          # The check compares with the merge base, which a shallow clone does not hold.
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 24
${corepack}      - run: ${installLocked}
      - run: ${exec} tavro codegen --check${flags.codegen}
      - run: ${exec} tavro check${flags.check} --against lock git --format github
`;
}
