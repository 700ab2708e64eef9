/** The part of yauzl 3 that this room uses; the package brings no types. */
declare module 'yauzl' {
  import type { EventEmitter } from 'node:events';

  export interface Entry {
    readonly fileNameRaw: Buffer;
    readonly generalPurposeBitFlag: number;
    readonly compressionMethod: number;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    readonly relativeOffsetOfLocalHeader: number;
    readonly extraFields: readonly { readonly id: number; readonly data: Buffer }[];
    isEncrypted(): boolean;
  }

  export interface ZipFile extends EventEmitter {
    readonly entryCount: number;
    readEntry(): void;
    readLocalFileHeader(
      entry: Entry,
      options: { readonly minimal: true },
      callback: (error: Error | null, header?: { readonly fileDataStart: number }) => void,
    ): void;
    close(): void;
  }

  export interface Options {
    readonly lazyEntries: boolean;
    readonly decodeStrings: boolean;
    readonly validateEntrySizes: boolean;
  }

  const yauzl: {
    fromBuffer(octets: Buffer, options: Options, callback: (error: Error | null, zip?: ZipFile) => void): void;
  };
  export default yauzl;
}
