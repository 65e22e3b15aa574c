import { expectTypeOf, it } from 'vitest';
import type { Host as KernelHost, Preload as KernelPreload } from '../../kernel/dist/index.js';
import type { Host as LibraryHost } from '../../lib/dist/host/types.js';

it('kernel and library declare the same Host', () => {
  expectTypeOf<KernelHost>().toExtend<LibraryHost>();
  expectTypeOf<LibraryHost>().toExtend<KernelHost>();
  expectTypeOf<KernelPreload>().toBeObject();
});
