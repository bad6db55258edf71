import type { ConsultationView } from '../../../contract/consultations.schema'

/** Each waiting citizen's place at their own site, by consultation id: sites have queues of their own. */
export function positionsOf(queue: readonly Pick<ConsultationView, 'id' | 'siteId'>[]): Map<string, number> {
  const counts = new Map<string, number>()
  const positions = new Map<string, number>()
  for (const { id, siteId } of queue) {
    const position = (counts.get(siteId) ?? 0) + 1
    counts.set(siteId, position)
    positions.set(id, position)
  }
  return positions
}
