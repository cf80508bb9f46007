export * from './forwarded-headers.js';
export * from './internal-http.js';
