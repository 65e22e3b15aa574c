import { api } from './web-assembly.js';

const HEADER = 8;
const MEMORY_SECTION = 5;
const SHARED = 2;

/**
 * A WebAssembly program with its memory declared shared, which is one bit; so threads can work where its tensors are. Its
 * code stays as it was and runs in one thread. Undefined when the program has no memory of its own with a limit.
 */
export function withSharedMemory(program: Uint8Array): Uint8Array | undefined {
  const number = (at: number): [value: number, next: number] => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = program[at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return [value, at];
    }
  };
  for (let at = HEADER; at < program.length;) {
    const section = program[at];
    const [size, start] = number(at + 1);
    if (section === MEMORY_SECTION) {
      const [count, flags] = number(start);
      // Flag 1: it has a limit, as a shared memory must.
      if (count !== 1 || program[flags] !== 1) return undefined;
      const changed = Uint8Array.from(program);
      changed[flags] = 1 | SHARED;
      return api.validate(changed) ? changed : undefined;
    }
    at = start + size;
  }
  return undefined;
}
