/** `npm run synth -- NAME` for each name, as if each had a process: `synth-each <folder> <name>…`. */
import path from 'node:path';

const [node = '', program = '', folder = '', ...names] = process.argv;
const app = new URL('../../../infra/app.ts', import.meta.url).href;
for (const name of names) {
  process.argv = [node, program, name];
  process.env.CDK_OUTDIR = path.join(folder, name);
  // Another address is another module, which runs anew.
  await import(`${app}?${name}`);
  process.stdout.write(`${name}\n`);
}
