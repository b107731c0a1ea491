/** Bundlers as users run them: what they make of a module, and what they warn of. */
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import type Webpack from 'webpack';

// An import would look at all its names, of which some warn. Safe: the package's own declarations.
const webpack = createRequire(import.meta.url)('webpack') as typeof Webpack;

/** Bundles an entry into a module at a path; answers the warnings. */
type Bundler = (entry: string, output: string) => Promise<readonly string[]>;

export const BUNDLERS: Readonly<Record<string, Bundler>> = {
  esbuild: async (entry, outfile) => {
    const { warnings } = await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    return warnings.map(({ text }) => text);
  },

  rollup: async (input, file) => {
    const warnings: string[] = [];
    const bundle = await rollup({
      input,
      plugins: [nodeResolve()],
      // CommonJS, for which rollup needs another plugin. No handler has it.
      external: /^kafkajs/,
      onwarn: ({ message }) => warnings.push(message),
    });
    await bundle.write({ file, format: 'es', inlineDynamicImports: true });
    await bundle.close();
    return warnings;
  },

  webpack: async (entry, output) => {
    const compiler = webpack({
      entry,
      mode: 'production',
      target: 'node20',
      experiments: { outputModule: true },
      // Nobody reads what comes of it, and it takes as long as all else.
      optimization: { minimize: false },
      output: {
        path: dirname(output),
        filename: basename(output),
        library: { type: 'module' },
      },
    });
    const stats = await new Promise<Webpack.Stats>((resolve, reject) => {
      compiler.run((error, stats) => {
        if (stats === undefined) reject(error);
        else resolve(stats);
      });
    });
    const { errors = [], warnings = [] } = stats.toJson({
      all: false,
      errors: true,
      warnings: true,
    });
    return [...errors, ...warnings].map(({ message }) => message);
  },
};
