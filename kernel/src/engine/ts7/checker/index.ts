export { createChecker } from './checker.js';
