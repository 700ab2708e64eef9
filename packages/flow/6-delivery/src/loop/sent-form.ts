import type { TenantId } from '@sekisho/terms';
import type { Lease } from '../queue/recipient.ts';
import type { DeliveryOptions } from './ports.ts';

/** The octets that go out: the delivered form, for a submission with its signature before it; `null`: gone. */
export async function sentForm(
  options: Pick<DeliveryOptions, 'source' | 'sign'>,
  tenant: TenantId,
  { message, form, envelope }: Pick<Lease, 'message' | 'form' | 'envelope'>,
): Promise<readonly Buffer[] | null> {
  const parts = await readSource(options.source, tenant, message, form);
  if (parts === null || envelope.direction !== 'submission' || envelope.reversePath === null) return parts;
  const signature = await options.sign(tenant, envelope.reversePath.domain, parts);
  return signature === null ? parts : [signature, ...parts];
}

/** What the source gives, as buffers. */
export async function readSource(
  source: DeliveryOptions['source'],
  tenant: TenantId,
  message: string,
  form: string,
): Promise<readonly Buffer[] | null> {
  const given = await source(tenant, message, form);
  if (given === null || !(Symbol.asyncIterator in given)) return given;
  const parts: Buffer[] = [];
  for await (const part of given) parts.push(part);
  return parts;
}
