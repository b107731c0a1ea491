/**
 * `npm run first-hour`: what a newcomer does in the first hour, by the packed package, in folders
 * with nothing in them. `npm run first-hour -- npm 20` does one of them.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Desk } from './desk.js';
import { newProject } from './new-project.js';
import { service } from './service.js';
import { type ManagerName, type NodeName, openToolbox, type Toolbox } from './toolbox.js';

/** Asks nobody, tells nobody, and may write lock files where `CI` is set. */
const QUIET = {
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  YARN_ENABLE_TELEMETRY: '0',
  YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
};

interface Scenario {
  readonly name: string;
  readonly node: NodeName;
  readonly run: (desk: Desk, toolbox: Toolbox) => Promise<void>;
}

const MANAGERS: readonly ManagerName[] = ['npm', 'pnpm', 'yarn'];
const NODES: readonly NodeName[] = ['20', '24'];
const SCENARIOS: readonly Scenario[] = NODES.flatMap((node) => [
  ...MANAGERS.map((manager) => ({
    name: `${manager} ${node}`,
    node,
    run: (desk: Desk, toolbox: Toolbox) => newProject(desk, manager, toolbox, node),
  })),
  { name: `service ${node}`, node, run: service },
]);

async function main(only: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tavro-first-hour-'));
  let failed = 0;
  try {
    const toolbox = openToolbox(folder);
    for (const { name, node, run } of SCENARIOS.filter((one) => one.name.startsWith(only))) {
      const began = performance.now();
      const place = join(folder, name.replace(' ', '-'));
      mkdirSync(place);
      const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`;
      try {
        await run(new Desk(place, { ...QUIET, PATH: toolbox.pathWith(node) }), toolbox);
        console.log(`ok    ${name} (${seconds()})`);
      } catch (error) {
        failed += 1;
        console.log(
          `FAIL  ${name} (${seconds()})\n${error instanceof Error ? error.message : error}`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2).join(' '));
