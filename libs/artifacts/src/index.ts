export { contentOf, type ArtifactContent } from './artifact-content.js';
export { ArtifactStore, type ArtifactRef, type OpenArtifact } from './artifact-store.js';
export type { ArtifactErrorCode } from './artifacts.errors.js';
export { ArtifactsModule, artifactStoreOf, spoolOf } from './artifacts.module.js';
export type { ArtifactsSettings, FolderSettings, S3Settings } from './artifacts.settings.js';
export type { StoredArtifact } from './blob-driver.js';
export { spoolMemoryBytes } from './limits.js';
export { Spool, type SpooledContent } from './spool.js';
