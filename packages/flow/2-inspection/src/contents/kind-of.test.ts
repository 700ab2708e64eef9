import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTar } from '../testing/make-files.ts';
import { makePdf } from '../testing/make-pdf.ts';
import { kindOf } from './kind-of.ts';
import type { ContentKind } from './kinds.ts';

const hex = (text: string) => Buffer.concat([Buffer.from(text.replaceAll(' ', ''), 'hex'), Buffer.alloc(600)]);

test('kindOf() knows files by their first octets', () => {
  const cases: [Buffer, ContentKind][] = [
    [makePdf(Buffer.from('a'), 'Identity-H'), 'pdf'],
    [Buffer.concat([Buffer.from('\r\n  junk before\n'), Buffer.from('%PDF-1.7')]), 'pdf'],
    [hex('504b0304'), 'zip'],
    [hex('d0cf11e0a1b11ae1'), 'ole'],
    [Buffer.from('{\\rtf1'), 'rtf'],
    [hex('526172211a0700'), 'rar'],
    [hex('526172211a070100'), 'rar'],
    [hex('377abcaf271c'), '7z'],
    [hex('1f8b08'), 'gzip'],
    [makeTar({ a: Buffer.from('a') }), 'tar'],
    [hex('4d5a9000'), 'pe'],
    [hex('7f454c46'), 'elf'],
    [hex('cffaedfe'), 'mach-o'],
    [hex('cafebabe 00000002'), 'mach-o'],
    [hex('cafebabe 00000034'), 'class'],
    [hex('4c000000 01140200'), 'lnk'],
    [Buffer.concat([Buffer.alloc(32768), Buffer.from('\x01CD001')]), 'iso'],
    [hex('789f3e22'), 'tnef'],
    [hex('89504e470d0a1a0a'), 'png'],
    [hex('ffd8ffe0'), 'jpeg'],
    [Buffer.from('GIF89a'), 'gif'],
    [Buffer.from('RIFF\x00\x00\x00\x00WEBPVP8 '), 'webp'],
    [Buffer.from('\x00\x00\x00\x18ftypheic', 'latin1'), 'heif'],
    [Buffer.from('\x00\x00\x00\x18ftypmp42', 'latin1'), 'video'],
    [Buffer.from('\x21\x00-lh5-\x00', 'latin1'), 'lzh'],
    [Buffer.from('-----BEGIN PGP MESSAGE-----\n'), 'pgp'],
    [Buffer.alloc(0), 'empty'],
    [Buffer.from([1, 2, 0, 3]), 'unknown'],
  ];
  for (const [octets, kind] of cases) assert.equal(kindOf(octets), kind, octets.subarray(0, 16).toString('hex'));
});

test('kindOf() tells texts apart, and scripts among them by name or first line', () => {
  const cases: [string, string, ContentKind][] = [
    ['hello', 'a.txt', 'text'],
    ['\ufeff<!DOCTYPE html><p>', 'a', 'html'],
    ['<!-- saved --><html>', 'a.pdf', 'html'],
    ['<?xml version="1.0"?><svg>', '', 'svg'],
    ['<?xml version="1.0"?><a/>', '', 'xml'],
    ['#!/bin/sh\n', 'readme', 'script'],
    ['WScript.Echo 1', 'invoice.pdf.vbs', 'script'],
    ['<?php echo 1;', 'a', 'script'],
    ['Received: from a by b', 'a.eml', 'mail'],
    ['\u001b$B4X=j\u001b(B', 'a.txt', 'text'],
    ['MZ is a text when it is short', 'a.txt', 'text'],
  ];
  for (const [text, name, kind] of cases) assert.equal(kindOf(Buffer.from(text), name), kind, text);
  assert.equal(kindOf(Buffer.from('\ufeffhello', 'utf16le')), 'text');
});
