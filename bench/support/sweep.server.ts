/** The sweeper and everything derived from the events, in a process of its own, as the product runs them. */
import { dirname, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createDueSweeper } from '../../api/background'
import { createFileStore } from '../../api/features/documents/files.store'
import { currentCursor } from '../../api/features/events/events.store'
import { createFeedHub } from '../../api/features/events/hub'
import { createProjector } from '../../api/features/events/projector'
import type { Clock } from '../../api/lib/clock'
import type { Deps } from '../../api/lib/deps'
import { createLogger } from '../../api/lib/logger'
import { createOutgoingHttp } from '../../api/lib/outgoing-http'
import { createProjections } from '../../api/projections'
import { searchCollections } from '../../api/search-collections'
import { openDatabase } from '../../drizzle/database'
import { projectionCursors } from '../../drizzle/schema/index'
import { createSearchWorker } from '../../search/worker.engine'
import { childOptions, serveParent } from './child'
import { benchConfig } from './config'

/** `offsetMs`: what was seeded took time; this process lives at the moment it was seeded for. */
const { database, offsetMs } = childOptions<{ database: string; offsetMs: number }>()
const clock: Clock = { now: () => Date.now() + offsetMs }
const db = openDatabase(database)
const logger = createLogger('error')
const deps: Deps = {
  config: benchConfig(database),
  db,
  clock,
  logger,
  livekit: null,
  mail: null,
  sms: null,
  callOut: createOutgoingHttp({ allowPrivate: [] }),
  files: createFileStore(join(dirname(database), 'files')),
  hub: createFeedHub({ db, clock, logger }),
  search: createSearchWorker(join(dirname(database), 'search'), { collections: searchCollections }),
}
await deps.hub.start()
const lag = monitorEventLoopDelay({ resolution: 10 })
const sweeper = createDueSweeper(deps)
const projections = createProjections(deps)
const projector = createProjector(deps, projections)

/** What was seeded is not news: everything derived from the events begins after it. */
const skipSeeded = () =>
  db.write(async (tx) => {
    const seq = Number(await currentCursor(tx))
    for (const { name } of projections) await tx.insert(projectionCursors).values({ name, seq })
  })

serveParent(
  {},
  {
    start: async () => {
      await skipSeeded()
      sweeper.start()
      projector.start()
      lag.enable()
    },
    figures: () => ({ lagP99Ms: lag.percentile(99) / 1e6, lagMaxMs: lag.max / 1e6 }),
  },
)
