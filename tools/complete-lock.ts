/** `npm run lock`: adds to package-lock.json the platform packages that the registry at hand did not carry. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type LockFile, missingPlatformPackages } from './lock-file/complete-lock.ts';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile;
const missing = missingPlatformPackages(lock);
// npm keeps `packages` sorted by the English order of its keys, the root first.
const entries = Object.entries({ ...lock.packages, ...missing }).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync('package-lock.json', `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`);
process.stdout.write(`${Object.keys(missing).length} platform packages added to package-lock.json\n`);
