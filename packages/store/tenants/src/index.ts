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
export {
  AlreadyInInstallationError,
  DataFolderForeignError,
  DataFolderInUseError,
  ForeignAwaitError,
  InstallationValueError,
  MigrationChangedError,
  MigrationListError,
  NotInInstallationError,
  Refused,
  SqliteTooOldError,
  StatementRefusedError,
  StoreForeignError,
  StoreFullError,
  StoreInUseError,
  StoreMissingError,
  StoreNewerError,
  StoreReadOnlyError,
  StoreUnreadableError,
  StoresClosedError,
  TenantNotFoundError,
  TransactionOverError,
} from './errors.ts';
export { PROGRAM_VERSION } from './program-version.ts';
export { isSqliteGoodEnough, SQLITE_NEEDED, sqliteVersion } from './binding.sqlite.ts';
export type { StoreLimits } from './open-databases.ts';
export { databaseFile, type TenantAdmission } from './tenant-database.sqlite.ts';
export { type BatchState, TenantStores, type TenantStoresOptions } from './tenant-stores.ts';
export type { Migration } from './migration.ts';
export type { ReadTx, SqlValue, Tx } from './tx.ts';
export { DATA_FORMAT, type DataFolder, type FolderOwner, openDataFolder } from './data-folder.ts';
export { parseCidr } from './installation/cidr.ts';
export type { DkimAlgorithm, DkimKey, NewDkimKey } from './installation/dkim-keys.ts';
export { parseDomainName } from './installation/domain-name.ts';
export type { Domain, DomainRoute } from './installation/domains.ts';
export type { FrontDomain, FrontSnapshot, FrontTenant } from './installation/front-snapshot.ts';
export { Installation, type InstallationOptions } from './installation/installation.ts';
export type { InstallationVault } from './installation/installation-vault.ts';
export { EVERYWHERE_ELSE, type Route, type RouteInput, routeSchema } from './installation/route.ts';
export type { SettingChange } from './installation/setting-history.ts';
export type { NewTenant, Tenant } from './installation/tenants.ts';
export type { TrustedClient } from './installation/trusted-clients.ts';
