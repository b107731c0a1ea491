#!/usr/bin/env node
import * as nodeModule from 'node:module';

// Node 20 has none. Where nothing can be written Node goes on without; NODE_COMPILE_CACHE says
// where else, NODE_DISABLE_COMPILE_CACHE=1 that there shall be none.
nodeModule.enableCompileCache?.();
await import('../dist/tools/cli.js');
