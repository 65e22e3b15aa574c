import type { CheckerOptions } from '../types.js';
import { TypeChecker } from './checker.js';

/** @throws Error when there is no compiler for this platform; it leads to the other engine. */
export const createChecker = (options: CheckerOptions): TypeChecker => new TypeChecker(options);
