import { describe, it } from 'vitest';

import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import { trainerSuite } from './suite.js';

const { native, reason } = await loadTensorFlow();
if (native) trainerSuite('native');
else describe('Trainer on native', () => it.skip(`not run: ${reason}`, () => undefined));
