/** What a package manager's commands are called. */
import type { PackageManager } from '../disk/package-manager.js';

/** Commands, to be shown or put into a workflow. */
export interface Words {
  readonly install: string;
  /** Installs what the lock file says and nothing else: for CI. */
  readonly installLocked: string;
  readonly add: string;
  readonly addDev: string;
  readonly run: string;
  /** Before the name of a package's command. */
  readonly exec: string;
  /** Whether it runs `prebuild` before `build`. @see https://yarnpkg.com/advanced/lifecycle-scripts */
  readonly runsPreScripts: boolean;
}

export const WORDS: Readonly<Record<PackageManager, Words>> = {
  npm: {
    install: 'npm install',
    installLocked: 'npm ci',
    add: 'npm install',
    addDev: 'npm install --save-dev',
    run: 'npm run',
    exec: 'npx',
    runsPreScripts: true,
  },
  pnpm: {
    install: 'pnpm install',
    installLocked: 'pnpm install --frozen-lockfile',
    add: 'pnpm add',
    addDev: 'pnpm add --save-dev',
    run: 'pnpm run',
    exec: 'pnpm exec',
    runsPreScripts: true,
  },
  yarn: {
    install: 'yarn install',
    installLocked: 'yarn install --immutable',
    add: 'yarn add',
    addDev: 'yarn add --dev',
    run: 'yarn run',
    exec: 'yarn',
    runsPreScripts: false,
  },
  'yarn-classic': {
    install: 'yarn install',
    installLocked: 'yarn install --frozen-lockfile',
    add: 'yarn add',
    addDev: 'yarn add --dev',
    run: 'yarn run',
    exec: 'yarn',
    runsPreScripts: true,
  },
};
