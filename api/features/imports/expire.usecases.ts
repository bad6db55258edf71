import { importKeptMs } from '../../../contract/imports.rules'
import type { Tx } from '../../../drizzle/database'
import type { Deps } from '../../lib/deps'
import { schedule } from '../due/due.store'
import { deleteImport, deleteSomeRows, findImport, listOldImports } from './imports.store'

/** Due job: the next rows of an import whose time is over are deleted, at last the import itself. */
export const importExpiry = 'import.expire'
const rowsAtOnce = 500
const importsAtOnce = 20

/** Hands imports whose time is over to the sweeper. */
export const scheduleOldImports = async (tx: Tx, now: number): Promise<void> => {
  for (const id of await listOldImports(tx, now - importKeptMs, importsAtOnce))
    await schedule(tx, importExpiry, id, now)
}

/** One slice, so that nobody waits long for the writer; schedules the next one in the same transaction. */
export const expireImport = async (tx: Tx, deps: Pick<Deps, 'clock'>, importId: string): Promise<void> => {
  const record = await findImport(tx, importId)
  const at = deps.clock.now()
  // Taken up again meanwhile: it has a new time.
  if (!record || record.status === 'checking' || record.status === 'running') return
  if ((record.finishedAt ?? record.createdAt) + importKeptMs > at) return
  if (await deleteSomeRows(tx, importId, rowsAtOnce)) await schedule(tx, importExpiry, importId, at)
  else await deleteImport(tx, importId)
}
