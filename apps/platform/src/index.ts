export { parseCommandLine, type StartRequest, usage } from './command-line.js';
export { type PlatformEnv, platformEnv, readPlatformEnv } from './platform.env.js';
export { type PlatformOptions, type RunningPlatform, startPlatform } from './platform.js';
