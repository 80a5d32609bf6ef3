/** A thread that opens a snapshot in the memory it was given. */

import { parentPort, workerData } from 'node:worker_threads';
import { openSnapshotBytes } from '../../src/snapshot/file.ts';

parentPort?.postMessage(openSnapshotBytes(workerData as SharedArrayBuffer).vmp('42109611000001109')?.name);
