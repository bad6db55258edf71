import {
  type EscalationTimes,
  escalationTimeNames,
  standardTimes,
} from '../../../contract/escalation-times.rules'
import type { EscalationTimesView } from '../../../contract/escalations.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { writeAudit } from '../audit/audit.store'
import { audience, writeEvent } from '../events/events.store'
import { loadTimes, saveTimes } from './times.store'

/** The times of the tracker, and what they are where nobody set them. */
export const readTimes = async (tx: Tx): Promise<EscalationTimesView> => ({
  ...(await loadTimes(tx)),
  standard: standardTimes,
})

/**
 * Sets the times. They hold for what is given to somebody, raised or touched from now on: a deadline that was
 * named to a person is not moved under them. Saving what is set already changes and tells nothing.
 */
export const changeTimes = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  times: EscalationTimes,
): Promise<EscalationTimesView> => {
  const before = await loadTimes(tx)
  if (escalationTimeNames.some((name) => before[name] !== times[name])) {
    const at = deps.clock.now()
    await saveTimes(tx, times)
    await writeAudit(tx, {
      at,
      actor,
      action: 'escalations.times_changed',
      thing: 'escalations.times',
      data: { before, after: times },
    })
    await writeEvent(tx, {
      type: 'escalations.times_changed',
      subject: 'escalations.times',
      at,
      actor,
      audience: [audience.agents],
      facts: { ...times },
    })
  }
  return readTimes(tx)
}
