import { currentHost, openOutlet } from './host/index.js';
import { setStage } from './training/index.js';

setStage({ cellId: () => currentHost()?.cell().id, open: openOutlet });

export * from './tensor/index.js';
export * from './run/index.js';
export * from './data/index.js';
export * from './training/index.js';
export * from './host/index.js';
