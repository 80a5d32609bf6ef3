import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Holds a folder for this process alone. The embedded database has no server to refuse a second opener, and two
 * processes in one folder destroy it.
 * @param folder an existing folder
 * @returns a function that lets go
 * @throws when a living process holds it; a lock left by a process that died is taken over
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'concord.pid');
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch {
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder !== process.pid && isConcord(holder)) {
      throw new Error(
        `The data folder ${folder} is in use by process ${holder}. Stop that server first, or name another folder with CONCORD_DATA.`,
      );
    }
    writeFileSync(file, String(process.pid));
  }
  return () => rmSync(file, { force: true });
}

/** Process ids are used again: a lock counts only while its holder runs, and on Linux only while it is Node. */
function isConcord(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node');
  } catch {
    return true;
  }
}
