export * from './ids.js';
export * from './digest.js';
export * from './clock.js';
export * from './errors.js';
export * from './severity.js';
