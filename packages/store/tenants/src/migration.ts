/**
 * One step of a room's tables. Versions of a room count 1, 2, 3 …; a step that was released never changes, its
 * successor mends it. `sql` may hold several statements; they and the note that they ran are one transaction.
 */
export interface Migration {
  readonly room: string;
  readonly version: number;
  readonly sql: string;
}
