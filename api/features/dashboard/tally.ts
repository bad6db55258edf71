import { dayIn } from '../../../contract/day.rules'
import { agentGrain, allOf, type CountedFigure, topicGrain } from '../../../contract/figures.rules'
import type { Tx } from '../../../drizzle/database'
import {
  addToRollup,
  type EntryRow,
  loadEntries,
  loadPlaces,
  loadStandings,
  type Places,
  type RollupRow,
  saveEntry,
  saveStanding,
  type TicketStanding,
} from './rollups.store'

type Grain = Omit<RollupRow, 'count' | 'sum'>

/**
 * The rollup rows that an entry is part of: totals and per topic along the line of departments, and per agent;
 * each for its site and for all.
 */
export const grainsOf = (entry: EntryRow, places: Places): Grain[] => {
  const figure = entry.figure as CountedFigure
  const line = places.lineOf.get(entry.departmentId) ?? [entry.departmentId]
  const { day } = entry
  const along = line.flatMap((departmentId) =>
    [allOf, entry.siteId].flatMap((siteId) => [
      { figure, day, siteId, departmentId, serviceItemId: allOf, agentId: allOf },
      {
        figure: topicGrain(figure),
        day,
        siteId,
        departmentId,
        serviceItemId: entry.serviceItemId,
        agentId: allOf,
      },
    ]),
  )
  if (entry.agentId === '') return along
  const own = [allOf, entry.siteId].map((siteId) => ({
    figure: agentGrain(figure),
    day,
    siteId,
    departmentId: allOf,
    serviceItemId: allOf,
    agentId: entry.agentId,
  }))
  return [...along, ...own]
}

/**
 * Works on a batch of events in memory and writes each touched row once. Entries are the truth; rollups get
 * what entries add and take.
 */
export const openTally = async (tx: Tx, ticketIds: readonly string[]) => {
  const places = await loadPlaces(tx)
  const standings = new Map((await loadStandings(tx, ticketIds)).map((each) => [each.ticketId, each]))
  const touched = new Set<string>()
  const entries = new Map<string, EntryRow | null>()
  const changed = new Set<string>()
  const deltas = new Map<string, RollupRow>()

  const entryOf = async (id: string): Promise<EntryRow | null> => {
    const known = entries.get(id)
    if (known !== undefined) return known
    const [row] = await loadEntries(tx, [id])
    entries.set(id, row ?? null)
    return row ?? null
  }
  const addDelta = (entry: EntryRow, sign: 1 | -1): void => {
    for (const grain of grainsOf(entry, places)) {
      const key = JSON.stringify(Object.values(grain))
      const delta = deltas.get(key) ?? { ...grain, count: 0, sum: 0 }
      delta.count += sign
      delta.sum += sign * entry.value
      deltas.set(key, delta)
    }
  }

  return {
    places,
    standingOf: (ticketId: string) => standings.get(ticketId) ?? null,
    stand(standing: TicketStanding): void {
      standings.set(standing.ticketId, standing)
      touched.add(standing.ticketId)
    },
    /** The entry of `figure` and `key` is this from now on; null takes it away. */
    async set(figure: CountedFigure, key: string, entry: Omit<EntryRow, 'id' | 'figure'> | null) {
      const id = `${figure}:${key}`
      const before = await entryOf(id)
      if (before === null && entry === null) return
      const after = entry && { ...entry, id, figure }
      if (before) addDelta(before, -1)
      if (after) addDelta(after, 1)
      entries.set(id, after)
      changed.add(id)
    },
    async save(): Promise<void> {
      for (const ticketId of touched) {
        const standing = standings.get(ticketId)
        if (standing) await saveStanding(tx, standing)
      }
      for (const id of changed) await saveEntry(tx, id, entries.get(id) ?? null)
      for (const delta of deltas.values())
        if (delta.count !== 0 || delta.sum !== 0) await addToRollup(tx, delta)
    },
  }
}
export type Tally = Awaited<ReturnType<typeof openTally>>

/** Who and where a thing is counted for, at that moment. */
export const dimensionsOf = (
  tally: Tally,
  standing: TicketStanding,
  at: number,
  more: { value?: number; agentId?: string | null } = {},
) => ({
  day: dayIn(tally.places.zoneOf.get(standing.siteId) ?? 'Asia/Shanghai', at),
  siteId: standing.siteId,
  departmentId: standing.departmentId,
  serviceItemId: standing.serviceItemId,
  agentId: more.agentId ?? standing.agentId,
  ticketId: standing.ticketId,
  at,
  value: more.value ?? 0,
})
