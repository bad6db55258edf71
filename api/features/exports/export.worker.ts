/** The thread that writes one export and ends: requests go on undisturbed. */
import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '../../../drizzle/database'
import { type ExportTask, writeExport } from './write-export'

/** What the thread tells: how far it is, then that it is done. A failure ends the thread. */
export type ExportMessage = { done: number; isFinished: boolean }

const { database, task } = workerData as { database: string; task: ExportTask }
const port = parentPort

const run = async (): Promise<void> => {
  const reader = openReader(database)
  try {
    const total = await reader.read((tx) =>
      writeExport(tx, task, (done) => port?.postMessage({ done, isFinished: false } satisfies ExportMessage)),
    )
    port?.postMessage({ done: total, isFinished: true } satisfies ExportMessage)
  } finally {
    reader.close()
  }
}

await run()
