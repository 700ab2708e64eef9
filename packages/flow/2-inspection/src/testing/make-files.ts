import { zipSync } from 'fflate';

/** A tar archive (ustar) of the given files. */
export function makeTar(files: Readonly<Record<string, Buffer>>): Buffer {
  const blocks = Object.entries(files).map(([name, octets]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100, 'utf8');
    header.write('0000644\0', 100, 'latin1');
    header.write(`${octets.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.write('        0', 148, 'latin1');
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, octet) => total + octet, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return Buffer.concat([header, octets, Buffer.alloc(-octets.length & 511)]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A ZIP archive of the given files. */
export function makeZip(files: Readonly<Record<string, Buffer | string>>, level: 0 | 6 = 6): Buffer {
  const entries = Object.entries(files).map(([name, content]) => [name, new Uint8Array(Buffer.from(content))] as const);
  return Buffer.from(zipSync(Object.fromEntries(entries), { level }));
}

/** An Office document (ECMA-376) with the given parts. */
export function makeOffice(parts: Readonly<Record<string, Buffer | string>>): Buffer {
  return makeZip({ '[Content_Types].xml': '<?xml version="1.0"?><Types/>', ...parts });
}

/** A compound file ([MS-CFB]) of 512-octet sectors whose directory has entries of these names. */
export function makeOle(names: readonly string[]): Buffer {
  const sectors = Math.ceil(names.length / 4);
  const file = Buffer.alloc(512 * (2 + sectors));
  file.write('d0cf11e0a1b11ae1', 0, 'hex');
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 44);
  file.writeUInt32LE(1, 48);
  file.fill(0xff, 76, 512);
  file.writeUInt32LE(0, 76);
  file.fill(0xff, 512, 1024);
  for (let i = 0; i < sectors; i++) file.writeUInt32LE(i + 1 < sectors ? i + 2 : 0xfffffffe, 512 + (i + 1) * 4);
  for (const [i, name] of names.entries()) {
    const at = 1024 + i * 128;
    file.write(name, at, 62, 'utf16le');
    file.writeUInt16LE((name.length + 1) * 2, at + 64);
    file[at + 66] = i === 0 ? 5 : 2;
  }
  return file;
}
