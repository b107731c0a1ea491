// jest.config.js
module.exports = {
  roots: ['src'],
  transform: { '^.+\\.[jt]s$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!tavro/)'],
  // Imports of generated code end in .js, and the file in .ts.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
