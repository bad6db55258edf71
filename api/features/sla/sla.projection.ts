import type { Tx } from '../../../drizzle/database'
import type { Deps } from '../../lib/deps'
import { liveAmong } from '../consultations/live.store'
import type { EventRow } from '../events/events.store'
import type { Projection } from '../events/projector'
import { owingAnswer } from './clocks.store'
import { refreshClocks } from './clocks.usecases'
import { loadSurvivors } from './history.store'
import { startRecompute } from './recompute.usecases'
import { touchingTypes } from './sla.facts'

export const settingsChanged = 'sla.settings_changed'

/** Most messages change nothing: an answer where none is owed, words in a conversation that is going on. */
const messagesThatCount = async (tx: Tx, rows: readonly EventRow[]): Promise<EventRow[]> => {
  const messages = rows.filter((row) => row.type === 'message.sent')
  const ofAgents = messages.filter((row) => row.actorKind === 'agent')
  const ofCitizens = messages.filter((row) => row.actorKind !== 'agent')
  const owing = await owingAnswer(tx, [...new Set(ofAgents.flatMap((row) => row.ticketId ?? []))])
  const live = await liveAmong(tx, [...new Set(ofCitizens.flatMap((row) => row.consultationId ?? []))])
  return [
    ...ofAgents.filter((row) => row.ticketId && owing.has(row.ticketId)),
    ...ofCitizens.filter((row) => !(row.consultationId && live.has(row.consultationId))),
  ]
}

const touchedBy = async (tx: Tx, rows: readonly EventRow[]): Promise<string[]> => {
  const telling = rows.filter((row) => row.ticketId !== null && touchingTypes.has(row.type))
  const others = telling.filter((row) => row.type !== 'message.sent')
  const counting = [...others, ...(await messagesThatCount(tx, telling))]
  const unmerged = others.flatMap((row) => (row.type === 'ticket.unmerged' ? (row.ticketId ?? []) : []))
  return [
    ...new Set([...counting.flatMap((row) => row.ticketId ?? []), ...(await loadSurvivors(tx, unmerged))]),
  ]
}

/** Keeps the clocks of tickets: each ticket that a batch of events touches is reckoned anew, once. */
export const slaProjection = (deps: Pick<Deps, 'clock'>): Projection => ({
  name: 'sla',
  isAbout: (row) => row.type === settingsChanged || (row.ticketId !== null && touchingTypes.has(row.type)),
  async handle(tx, rows) {
    await refreshClocks(tx, deps, await touchedBy(tx, rows))
    if (rows.some((row) => row.type === settingsChanged)) await startRecompute(tx, deps)
  },
})
