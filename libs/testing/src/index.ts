export * from './eventually.js';
export * from './fake-clock.js';
export * from './test-bus.js';
export * from './test-database.js';
export * from './test-cluster.js';
