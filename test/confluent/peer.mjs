/**
 * With `--import` before a program that is not run by jest: the peer @confluentinc/kafka-javascript is
 * what TAVRO_CONFLUENT_PEER names, as `install.ts` answers it.
 */
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

const main = createRequire(import.meta.url).resolve(process.env.TAVRO_CONFLUENT_PEER);
const answer = { url: pathToFileURL(main).href, format: 'commonjs', shortCircuit: true };
const hook = `export const resolve = (name, context, next) =>
  name === '@confluentinc/kafka-javascript' ? ${JSON.stringify(answer)} : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`, import.meta.url);
