/** What `npm run mutate -- wire` runs. In one module: each mutant would load the code again for each file. */
import '../runtime/wire/frame.test.js';
import '../runtime/wire/kind-of.test.js';
import '../runtime/wire/reader.test.js';
import '../runtime/wire/room.test.js';
import '../runtime/wire/skipping.test.js';
import '../runtime/wire/unions-with-null.test.js';
import '../runtime/wire/varints.test.js';
import '../runtime/wire/write.test.js';
