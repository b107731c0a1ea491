/** What Lambda runs: built as one file, and put beside the schemas of a release. */
import { createSubjectsHandler } from './handler.js';

// The release is named as in its project, so that findings show the paths that its people know.
process.chdir(import.meta.dirname);

export const handler = createSubjectsHandler({
  env: process.env,
  log: (text) => console.log(text),
});
