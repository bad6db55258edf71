import type { TodayView } from '../../../contract/consultations.schema'
import { startOfDay } from '../../../contract/hours.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { sitesOnDesk } from './desk.usecases'
import { averageRating, averageWait, countAccepted } from './today.store'

/** Figures of the day as the agent's sites count it: the agent's own work and rating, the wait of everybody. */
export const figuresOfToday = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
): Promise<TodayView> => {
  const sites = await sitesOnDesk(tx, actor)
  const since = startOfDay(deps.clock.now(), sites[0]?.timeZone ?? 'Asia/Shanghai')
  return {
    mine: await countAccepted(tx, actor.id, since),
    averageWaitSeconds: await averageWait(
      tx,
      sites.map((site) => site.id),
      since,
    ),
    rating: await averageRating(tx, actor.id, since),
  }
}
