import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../drizzle/database'
import { findMark, markForSearch } from './features/tickets/search.marks.store'
import { systemClock } from './lib/clock'

const lookAgainMs = 500
/** A server that has not begun by then is not running, or did not come to it yet. */
const beginsWithinMs = 15_000
/** Without any progress for so long, nobody is at it. */
const silentMs = 60_000
const subject = 'tickets'

/**
 * Asks for a new search index and tells how far it is. The server alone has the index files open: it sees the
 * mark within a second, and the old index answers until the new one is whole. Where no server runs, the next
 * one to start does it.
 */
export const rebuildSearch = async (db: Database, say: (line: string) => void): Promise<number> => {
  await db.write((tx) => markForSearch(tx, 'rebuild', subject, systemClock.now()))
  let done = 0
  let hasBegun = false
  for (let quietMs = 0; ; quietMs += lookAgainMs) {
    await pause(lookAgainMs)
    const mark = await db.read((tx) => findMark(tx, 'rebuild', subject))
    if (!mark) {
      say('搜索索引已重建 The search index is rebuilt.')
      return 0
    }
    if (mark.startedAt !== null && (!hasBegun || mark.done !== done)) {
      hasBegun = true
      done = mark.done
      quietMs = 0
      say(`已读取 ${done} 张工单 ${done} tickets read`)
    }
    if (quietMs >= (hasBegun ? silentMs : beginsWithinMs)) {
      say(
        '没有正在运行的服务；下次 npm start 后会自动重建。No server is at it: it is done after the next npm start.',
      )
      return 0
    }
  }
}
