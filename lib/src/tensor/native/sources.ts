import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { NativeError } from './errors.js';
import { recipe } from './layout.js';

/** The pieces that the addon is compiled from; all but ours come from npm packages as they are. */
export interface AddonSources {
  /** package.json of tfjs-node-gpu (or tfjs-node, which is the same code). */
  readonly packageFile: string;
  readonly packageName: string;
  readonly version: string;
  readonly binding: string;
  readonly napiHeaders: string;
  /** `lib/native`: what this package adds. */
  readonly own: string;
}

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** @throws NativeError `no-sources` when neither tfjs-node-gpu nor tfjs-node is installed */
export function addonSources(): AddonSources {
  const from = createRequire(__filename);
  const own = path.resolve(__dirname, '../../../native');
  for (const packageName of packages) {
    const packageFile = tryResolve(from, `${packageName}/package.json`);
    if (!packageFile) continue;
    const { version } = JSON.parse(fs.readFileSync(packageFile, 'utf8')) as { version: string };
    const binding = path.join(path.dirname(packageFile), 'binding');
    return { packageFile, packageName, version, binding, napiHeaders: napiHeaders(from), own };
  }
  throw new NativeError(
    'no-sources',
    `Native TensorFlow needs the package ${packages[0]}, which is not installed.`,
    `npm install --ignore-scripts ${packages[0]}@4.22.0 node-api-headers`,
  );
}

/** What an addon is keyed by beside its TensorFlow: its sources, TensorFlow.js's version and the way of building. */
export function sourcesHash(sources: AddonSources): string {
  const hash = crypto.createHash('sha256');
  hash.update(JSON.stringify([recipe, sources.version, sources.packageName]));
  for (const folder of [sources.binding, sources.own]) {
    const names = fs.readdirSync(folder).filter((name) => /\.(cc|h)$/.test(name));
    for (const name of names.sort()) hash.update(name).update(fs.readFileSync(path.join(folder, name)));
  }
  return hash.digest('hex');
}

function napiHeaders(from: NodeJS.Require): string {
  const headers = tryResolve(from, 'node-api-headers/include/node_api.h');
  if (headers) return path.dirname(headers);
  const nodes = path.resolve(process.execPath, '../../include/node');
  if (fs.existsSync(path.join(nodes, 'node_api.h'))) return nodes;
  throw new NativeError(
    'no-sources',
    "Node's header node_api.h was not found, which the addon is compiled with.",
    'npm install node-api-headers',
  );
}

function tryResolve(from: NodeJS.Require, request: string): string | undefined {
  try {
    return from.resolve(request);
  } catch {
    return undefined;
  }
}
