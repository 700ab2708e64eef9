export {
  type AnyCommand,
  type Command,
  type CommandContext,
  changes,
  type Durability,
  ingests,
  reads,
} from './command.ts';
export type { AnswerOf, Dispatch, DispatchMessage, QuestionOf, Rooms } from './dispatch.ts';
export { answerHere, dispatchHere, dispatchThere } from './answer-here.ts';
export * from './errors.ts';
export { PROGRAM_VERSION } from './program-version.ts';
export { isSqliteGoodEnough, SQLITE_NEEDED, sqliteVersion } from './binding.sqlite.ts';
export type { StoreLimits } from './open-databases.ts';
export { databaseFile, type TenantAdmission } from './tenant-database.sqlite.ts';
export { type BatchState, TenantStores, type TenantStoresOptions } from './tenant-stores.ts';
export type { Migration } from './migration.ts';
export type { ReadTx, SqlValue, Tx } from './tx.ts';
