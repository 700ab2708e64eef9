import { BlockList, isIP } from 'node:net';
import { GuardedAddressError } from '../errors.ts';

/** Decides on the very address that is about to be connected to. */
export interface ConnectGuard {
  readonly name: string;
  allows(address: string): boolean;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Lets mail go to this machine alone, whatever DNS or routes say: the demo can never mail the Internet. */
export const onlyLoopback: ConnectGuard = {
  name: 'onlyLoopback',
  allows(address) {
    const family = isIP(address);
    return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
  },
};

/** Lets mail go to every address. */
export const anyAddress: ConnectGuard = { name: 'anyAddress', allows: (address) => isIP(address) !== 0 };

/** The address, or the refusal. Names never pass: what is checked is what is connected to. */
export function guarded(guard: ConnectGuard, address: string): string {
  if (isIP(address) === 0 || !guard.allows(address)) throw new GuardedAddressError(address, guard.name);
  return address;
}
