// jest.config.js
module.exports = {
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  transform: { '^.+\\.[jt]s$': '@swc/jest' },
  // pnpm has packages in a folder of its own.
  transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/)?tavro)'],
  // Imports of generated code end in .js, and the file in .ts.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
