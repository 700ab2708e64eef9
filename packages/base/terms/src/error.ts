/**
 * An error with two faces: a stable `id` for programs and a message for the operator, which starts with what could
 * not be done and ends with the state. Rooms derive theirs from it in their `errors.ts`.
 */
export class SekishoError extends Error {
  readonly id: string;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(id: string, message: string, options: { detail?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.id = id;
    this.detail = options.detail ?? {};
  }
}
