/** What is used of WebAssembly; the types of Node.js leave it out. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
  validate(bytes: Uint8Array): boolean;
}

export const api = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

/** What the module exports; see lib/wasm/index.ts. */
export interface OwnExports {
  run(kernel: number, work: number, part: number, parts: number): void;
  convolutionRoom(shape: number): number;
}

/** The module on a memory that is there already. */
export function instantiate(module: object, memory: WasmMemory): OwnExports {
  return new api.Instance(module, { env: { memory } }).exports as unknown as OwnExports;
}
