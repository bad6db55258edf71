import { rollupsProjection } from './features/dashboard/rollups.projection'
import { forgetRollups } from './features/dashboard/rollups.store'
import { createProjector, forgetCursor } from './features/events/projector'
import type { Deps } from './lib/deps'

/**
 * Counts all events anew; answers how many there were. A server that is running helps: whoever takes a batch
 * first counts it, once.
 */
export const rebuildFigures = async (deps: Pick<Deps, 'db' | 'clock' | 'logger'>): Promise<number> => {
  await deps.db.write(async (tx) => {
    await forgetRollups(tx)
    await forgetCursor(tx, rollupsProjection.name)
  })
  return createProjector(deps, [rollupsProjection]).run()
}
