import { diskFileOps } from './file-ops.ts';
import { DEFAULT_PACK_LIMITS } from './limits.ts';
import { PackReader } from './pack-reader.ts';

export type { PackReader };

/** Opens the packs in a folder for reading alone, beside whoever writes them. */
export function openPackReader(folder: string, openFiles = DEFAULT_PACK_LIMITS.openForReading): PackReader {
  return new PackReader(folder, diskFileOps, openFiles);
}
