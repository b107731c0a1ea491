import { describe, expect, it } from '@jest/globals';
import { blockCodecs } from '../../../codegen/decode/block-codecs.js';

describe('Zstandard of fzstd, for Node before 22.15', () => {
  const text = 'hello, '.repeat(40);
  const frame = '28b52ffd6018007500003868656c6c6f2c2001000e528b11';
  const streamed = '28b52ffd04587500003868656c6c6f2c2001000e528b11354de9bb';
  const emptyFrame = '28b52ffd240001000099e9d851';
  const decompress = async (hex: string, maxBytes = 1_000): Promise<string> => {
    const { zstandard } = await blockCodecs(true);
    const plain = await zstandard?.decompress(Buffer.from(hex, 'hex'), maxBytes);
    return Buffer.from(plain ?? []).toString();
  };

  it.each([
    ['a frame with its size', frame],
    ['a frame with a window and a checksum', streamed],
    ['two frames', streamed + emptyFrame],
  ])('reads %s, as zstd 1.5 writes it', async (_, hex) => {
    expect(await decompress(hex)).toBe(text);
  });

  it.each<[string, string, number?]>([
    ['more bytes than allowed, by its header', frame, 279],
    ['more bytes than allowed, by its blocks', streamed, 279],
    // 0xf8: a window of 2^41 bytes.
    ['a window of terabytes', streamed.replace('fd0458', 'fd04f8')],
    ['bytes after the frame', `${frame}00`],
    ['no end', frame.slice(0, -4)],
    ['another magic number', frame.replace('28', '29')],
    ['endless blocks', `28b52ffd0458${'020000aa'.repeat(5_000)}030000aa00000000`],
  ])('refuses %s', async (...[, hex, maxBytes]) => {
    await expect(decompress(hex, maxBytes)).rejects.toThrow();
  });
});
