export * from './define-env.js';
export * from './describe-env.js';
export * from './parse-env.js';
export * from './secrets/index.js';
export * from './values.js';
