/** What the README says of the code, held to the code. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { workflow } from '../../codegen/scaffold/workflow.js';
import { describeVariables } from '../../producer/variables.js';

const ROOT = new URL('../..', import.meta.url);
const read = (file: string): string => readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8');

it('lists every environment variable as the producer describes it', () => {
  const [, table] = read('README.md').split(/<!-- environment[^>]*-->\n|\n<!-- \/environment -->/);
  expect(table).toBe(describeVariables('markdown').trim());
});

it('shows the workflow that init writes', () => {
  const [, shown] = read('docs/compatibility.md').split(
    /<!-- workflow[^>]*-->\n```yaml\n|```\n<!-- \/workflow -->/,
  );
  const usual = { manager: 'npm', folder: '', flags: { codegen: '', check: '' } } as const;
  expect(shown).toBe(workflow(usual));
});

it('shows the settings of Jest by which a service of the first hour is tested', () => {
  const [, shown] = read('docs/projects.md').split(/```js\n|```(?=\n\n## Bundlers)/);
  expect(shown).toBe(read('test/first-hour/service/after/jest.config.js'));
});

it('links only to files that are there', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/projects.md'];
  const broken = documents.flatMap((document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, link]) => link ?? '',
    );
    return links
      .filter((link) => !existsSync(new URL(link, new URL(document, ROOT))))
      .map((link) => `${document}: ${link}`);
  });
  expect(broken).toEqual([]);
});

it('names only scripts that package.json has', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const named = [read('README.md'), read('CONTRIBUTING.md')].flatMap((text) =>
    [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name),
  );
  expect(named.filter((name) => name !== undefined && scripts[name] === undefined)).toEqual([]);
});

it('names every entry of the package', () => {
  const { name, exports }: { name: string; exports: Record<string, unknown> } = JSON.parse(
    read('package.json'),
  );
  const entries = Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => `\`${name}${path.slice(1)}\``);
  expect(entries.filter((entry) => !read('README.md').includes(entry))).toEqual([]);
});
