import { describe, it } from 'vitest';

import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import { layersSuite } from './layers.js';

const { native, reason } = await loadTensorFlow();
if (native) {
  layersSuite('compiled', true);
  layersSuite('operation by operation', false);
} else describe('layers on native', () => it.skip(`not run: ${reason}`, () => undefined));
