/** A ticket was merged into another one, or, without one, taken out again. */
export interface Joining {
  ticketId: string
  /** Of the event: what happened in one moment has an order all the same. */
  seq: number
  intoId: string | null
}
/** Something that was written, where it was written: rows move with merges, events do not. */
export interface Word {
  replyId: string
  ticketId: string
  seq: number
  isCitizens: boolean
}

/** Merges of merges: nobody nests them deeper. */
const maxDepth = 10

/** Which ticket stood for this one when event `seq` came: itself, or the one it was merged into by then, and so on. */
const holderAt = (
  joinings: ReadonlyMap<string, readonly Joining[]>,
  ticketId: string,
  seq: number,
): string => {
  let holder = ticketId
  for (let depth = 0; depth < maxDepth; depth++) {
    const last = joinings.get(holder)?.findLast((each) => each.seq < seq)
    if (!last?.intoId) return holder
    holder = last.intoId
  }
  return holder
}

/**
 * What of the words on a ticket made of several is meant for a citizen whose own ones are `ownIds`. An answer is for
 * everybody for whom the ticket stood when it was written: on one's own ticket, on the one it was merged into, on the
 * one that was merged into. A citizen's word is its writer's, so it counts only where the ticket stood for nobody else.
 */
export const wordsFor = (
  { own, others }: { own: readonly string[]; others: readonly string[] },
  joinings: readonly Joining[],
  words: readonly Word[],
): Set<string> => {
  const byTicket = new Map<string, Joining[]>()
  for (const each of [...joinings].sort((a, b) => a.seq - b.seq))
    byTicket.set(each.ticketId, [...(byTicket.get(each.ticketId) ?? []), each])
  const stoodFor = (ids: readonly string[], { ticketId, seq }: Word): boolean =>
    ids.some((id) => holderAt(byTicket, id, seq) === ticketId)
  return new Set(
    words
      .filter((word) => stoodFor(own, word) && !(word.isCitizens && stoodFor(others, word)))
      .map((word) => word.replyId),
  )
}
