import { Cases } from './1763800000000-cases.migration.js';

/** Oldest first. */
export const caseEngineMigrations = [Cases];
