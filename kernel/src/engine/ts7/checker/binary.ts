import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * The native compiler that npm has installed for this platform.
 * @throws Error that leads to the other engine, when there is none.
 */
export function findBinary(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@typescript/typescript-${platform}-${arch}`;
  try {
    const compiler = createRequire(createRequire(__filename).resolve('typescript-7/package.json'));
    const folder = path.dirname(compiler.resolve(`${name}/package.json`));
    const file = path.join(folder, 'lib', platform === 'win32' ? 'tsc.exe' : 'tsc');
    if (existsSync(file)) return file;
  } catch {
    // Told below, with what to do.
  }
  throw new Error(
    `TypeScript 7 has no compiler for ${platform} ${arch} here: the package ${name} is not installed. ` +
      `Install the kernel's optional dependencies, or choose the other engine with --engine tslab.`,
  );
}
