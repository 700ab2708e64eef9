import { decodeHeader, fieldsNamed, unfoldField } from '@sekisho/message';
import type { Inspector } from '../inspector.ts';

const MAX_FIELDS = 50;
const MAX_VALUES = 20;
const MAX_CHARACTERS = 1000;

/** `message/fields`: decoded values of the header fields that rules ask for, and of no others. */
export const wantedFields: Inspector = {
  name: 'message/fields',
  inspect({ raw, tree, wantedFields: names }) {
    const found = names.slice(0, MAX_FIELDS).flatMap((name) => {
      const fields = fieldsNamed(raw, tree, name).slice(0, MAX_VALUES);
      const values = fields.map((field) =>
        decodeHeader(unfoldField(raw, field)).slice(0, MAX_CHARACTERS).toWellFormed(),
      );
      return values.length > 0 ? [[name, values] as const] : [];
    });
    return found.length > 0 ? [{ name: this.name, value: Object.fromEntries(found) }] : [];
  },
};
