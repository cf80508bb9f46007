export * from './internal-http.js';
