import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DemoRepository, EXIT, ORDER, ORDER_FIELDS, order } from '../baseline/demo-repository.js';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The last script of a workflow or action file. */
function scriptOf(path: string): string {
  const [, block = ''] = readFileSync(at(path), 'utf8').split(/\n *run: \|\n/);
  const indent = /^ */.exec(block)?.[0] ?? '';
  return block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

let demo: DemoRepository;
beforeAll(() => {
  demo = DemoRepository.create();
  demo.branch('change');
  demo.write(ORDER, order([...ORDER_FIELDS, { name: 'note', type: 'string' }]));
  demo.commit('Break');
});
afterAll(() => demo.remove());

const FILES = ['.github/actions/check/action.yml', '.github/workflows/schemas.yml'];

describe('on GitHub', () => {
  it('this repository uses on itself what it gives to others', () => {
    const own = readFileSync(at('.github/workflows/pull-request.yml'), 'utf8');
    for (const file of FILES) expect(own).toContain(`uses: ./${file.replace('/action.yml', '')}\n`);
  });

  it.each(FILES)('%s refuses stale code first', (path) => {
    const refuses = 'codegen --check --schemas "$TAVRO_SCHEMAS" --out "$TAVRO_OUT"\n';
    const script = scriptOf(path);
    expect(script.indexOf(refuses)).toBeGreaterThan(0);
    expect(script.indexOf(refuses)).toBeLessThan(script.indexOf('[@]}" check '));
  });

  it.each(FILES)('%s annotates the line and fails', (path) => {
    const script = scriptOf(path).replace(/^.*codegen --check.*\n/m, '');
    expect(script).toMatch('--format github');
    const { status, stdout } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: demo.folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        GITHUB_BASE_REF: '',
        GITHUB_WORKSPACE: dirname(demo.folder),
        TAVRO_COMMAND: `${process.execPath} --conditions=tavro-source --import ${at('node_modules/tsx/dist/esm/index.mjs')} ${at('codegen/cli.ts')}`,
        TAVRO_AGAINST: 'lock git',
        TAVRO_SCHEMAS: 'schemas',
      },
    });
    expect(status).toBe(EXIT.findings);
    expect(stdout).toMatch(
      /^::error file=tavro-demo-\w+\/schemas\/shop\/order\.avsc,line=\d+,col=15,title=tavro field-default-missing::/,
    );
  });
});
