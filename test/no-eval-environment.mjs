/**
 * A test environment in which code cannot be made of text. V8's own flag does not reach it: Node
 * asks each vm context by itself, and jest gives no way to say so.
 */
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

export default class NoEvalEnvironment extends TestEnvironment {
  constructor(...args) {
    const { createContext } = vm;
    vm.createContext = (object, options) =>
      createContext(object, { ...options, codeGeneration: { strings: false, wasm: false } });
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
    const refused = `try { new Function(''); 'made' } catch (error) { error.name }`;
    if (vm.runInContext(refused, this.getVmContext()) !== 'EvalError')
      throw new Error('This environment makes code of text: its tests would prove nothing.');
  }
}
