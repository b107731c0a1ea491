/** What `npm run mutate -- plan` runs. In one module: each mutant would load the code again for each file. */
import '../runtime/schema/plan-unions.test.js';
import '../runtime/schema/plan.test.js';
