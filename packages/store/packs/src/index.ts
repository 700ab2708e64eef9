export { PackFullError, PackReadError, PacksClosedError, PackSyncError } from './errors.ts';
export { DEFAULT_PACK_LIMITS, type PackLimits } from './limits.ts';
export { openPacks, type PackFile, Packs, type PacksOptions } from './packs.ts';
export { formatPackName, monthOf, type PackName, type Place, parsePackName, type RetentionClass } from './place.ts';
export { openPackReader, type PackReader } from './open-pack-reader.ts';
