import type { Contents } from '@sekisho/api';
import type { Bodies } from './bodies.ts';
import { DeliveredFormChangedError } from './bodies.ts';
import { deliveredPieces, digestDelivered } from './digest-delivered.ts';

/** Opens bodies for export and verification, a piece at a time. */
export function apiContents(bodies: Bodies): Contents {
  return {
    stream(tenant, content, form) {
      const raw = bodies.rawStream(tenant, content);
      return form === 'raw' ? raw : deliveredPieces(Buffer.from(content.prefix), content.omitted, raw);
    },
    async verify(tenant, content) {
      const { prefix, omitted, deliveredSha256, spoolId } = content;
      const digest = await digestDelivered(Buffer.from(prefix), omitted, bodies.rawStream(tenant, content));
      if (!digest.equals(deliveredSha256)) throw new DeliveredFormChangedError(spoolId);
    },
  };
}
