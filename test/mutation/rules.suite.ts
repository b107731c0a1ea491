/** What `npm run mutate -- rules` runs. In one module: each mutant would load the code again for each file. */
import '../codegen/check/defaults.test.js';
import '../codegen/check/lint-borders.test.js';
import '../codegen/check/project-rule-borders.test.js';
import '../codegen/check/rule-advice.test.js';
import '../codegen/check/rule-borders.test.js';
import '../codegen/check/rules.test.js';
import '../codegen/check/shown-types.test.js';
