/**
 * For programs: a reader that has seen enough, such as `head`, closes the pipe (EPIPE). Nothing
 * failed then; the program is told, and what it still writes goes nowhere.
 * @param end told at least once, perhaps with each further write
 */
export function onClosedPipe(end: () => void): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      end();
    });
}
