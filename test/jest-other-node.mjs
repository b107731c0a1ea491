import unit from '../jest.config.mjs';

/**
 * `npm run test:other-node`: the unit tests again, on another Node than that of `npm test`. Left out is
 * what has no part of Node in it, and so gives the same on each:
 *
 * - the rooms of codegen that are text in and text out, which the test of the architecture keeps from
 *   files and processes; but what is emitted runs here, too;
 * - what a compiler of TypeScript, the CDK or a bundler answers;
 * - what is looked up in the repository's own files, and bounds of algorithms.
 */
const SAME_EVERYWHERE = [
  'codegen/(model|history|check|editor)/',
  'codegen/emit/(document|golden|names|names-outside|promises|topic-modules)\\.',
  'infra/(?!synth)',
  'docs/',
  'options/',
  'architecture/',
  'bounds/',
  'bench/',
  'chaos/',
  'soak/',
];

export default {
  ...unit,
  displayName: 'other-node',
  testPathIgnorePatterns: [
    ...unit.testPathIgnorePatterns,
    `<rootDir>/test/(${SAME_EVERYWHERE.join('|')})`,
  ],
};
