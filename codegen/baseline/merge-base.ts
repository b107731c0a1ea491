/** Which commit a branch is compared with. */

import type { Git } from '../disk/git-command.js';
import { CodegenError } from '../error.js';

export interface GitBase {
  /** Full hash. */
  readonly commit: string;
  /** As people know it, such as `origin/main`. */
  readonly ref: string;
}

/** Where a branch is looked for when nothing says what the default branch is. */
const USUAL_BRANCHES = ['origin/main', 'origin/master', 'main', 'master'];

/**
 * The merge base of HEAD with a ref, by default the default branch: what others did there since is
 * not this branch's doing. A ref that HEAD contains is its own merge base.
 * @throws CodegenError `GIT_FAILED`, with the `git fetch` that helps where one does
 */
export async function findBase(
  git: Git,
  ref: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GitBase> {
  const wanted = ref ?? (await defaultBranch(git, env));
  const tip = await git.ask('rev-parse', '--verify', '--quiet', `${wanted}^{commit}`);
  if (tip === undefined) throw await missing(git, wanted);
  const base = await git.ask('merge-base', 'HEAD', tip);
  if (base !== undefined) return { commit: base.split('\n')[0] ?? base, ref: wanted };
  if ((await git.ask('rev-parse', '--is-shallow-repository')) === 'true')
    throw await missing(git, wanted);
  throw new CodegenError(
    'GIT_FAILED',
    `HEAD and ${wanted} have no commit in common, so there is nothing to compare with. Name another: --against git:REF.`,
  );
}

async function defaultBranch(
  git: Git,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  // What a pull request is to be merged into; GitLab's name for it second.
  const target = env.GITHUB_BASE_REF || env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME;
  if (target) return `origin/${target}`;
  const head = await git.ask('symbolic-ref', '--short', 'refs/remotes/origin/HEAD');
  if (head !== undefined) return head;
  for (const branch of USUAL_BRANCHES) {
    const commit = await git.ask('rev-parse', '--verify', '--quiet', `${branch}^{commit}`);
    if (commit !== undefined) return branch;
  }
  const remote = await git.ask('ls-remote', '--symref', 'origin', 'HEAD');
  const named = /^ref: refs\/heads\/(\S+)/m.exec(remote ?? '')?.[1];
  if (named !== undefined) return `origin/${named}`;
  throw new CodegenError(
    'GIT_FAILED',
    'Nothing tells which branch is the default one. Name it: --against git:BRANCH.',
  );
}

/** A commit that the clone does not hold: says exactly how to get it. */
async function missing(git: Git, ref: string): Promise<CodegenError> {
  const isShallow = (await git.ask('rev-parse', '--is-shallow-repository')) === 'true';
  const branch = /^origin\/(.+)$/.exec(ref)?.[1];
  const what = isShallow
    ? `This clone is shallow and does not hold the commit where the branch left ${ref}.`
    : `The clone has no ${ref}.`;
  const depth = isShallow ? ' --unshallow' : '';
  const refspec =
    branch === undefined
      ? isShallow
        ? ''
        : ` ${ref}`
      : ` +refs/heads/${branch}:refs/remotes/${ref}`;
  return new CodegenError(
    'GIT_FAILED',
    `${what} Run:\n  git fetch${depth} origin${refspec}\nIn GitHub Actions: actions/checkout with fetch-depth: 0.`,
  );
}
