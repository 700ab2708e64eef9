export {
  type AnyCommand,
  type Command,
  type CommandContext,
  changes,
  type Durability,
  ingests,
  reads,
} from './command.ts';
export type { AnswerOf, Dispatch, QuestionOf, Rooms } from './dispatch.ts';
export type { Migration } from './migration.ts';
export type { ReadTx, SqlValue, Tx } from './tx.ts';
