export { assayProgram, type GlobalOptions } from './program.js';
export { cliEnv, connectionFrom } from './cli.env.js';
