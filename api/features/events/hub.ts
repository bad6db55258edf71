import { type FeedEvent, requestNewsOf } from '../../../contract/feed.rules'
import type { Database } from '../../../drizzle/database'
import type { VisitorActor } from '../../lib/actor'
import type { Clock } from '../../lib/clock'
import type { Logger } from '../../lib/logger'
import { currentCursor, type EventRow, eventsAfter } from './events.store'

type ReaderKind = 'agent' | 'visitor'

/** One connected reader. `push` takes an encoded frame; false means it is too slow and must go. */
export interface Reader {
  kind: ReaderKind
  personId: string
  /** The agent's session; a citizen has none. */
  sessionId?: string
  tokens: ReadonlySet<string>
  /**
   * Tokens of those whose requests are in this citizen's list too: of what is told to them the reader hears that
   * it is there, and reads it where its right to do so is looked into.
   */
  kin?: ReadonlySet<string>
  /** Rows up to here it has already: read from the table before it was live. */
  after: number
  /** A citizen's tab that wants the grant for a call brought to it. */
  door?: Door
  push(frame: Uint8Array): boolean
  close(): void
}

/** Who stands at which tab, and by which address they came. */
export interface Door {
  actor: VisitorActor
  tab: string
  host: { isSecure: boolean; host: string }
}

const coalesceMs = 50
/** A wake-up that found nothing costs one read: the next may follow soon. */
const idleMs = 5
const pollMs = 1000
const utf8 = new TextEncoder()

/** The message a reader of this kind gets for a row, or null where it is none of theirs. */
export const messageFor = (row: EventRow, kind: ReaderKind): FeedEvent | null => {
  const views = kind === 'agent' ? row.agentData : row.visitorData
  if (!views) return null
  const facts = kind === 'agent' ? row.facts : {}
  return {
    seq: row.seq,
    type: row.type,
    at: new Date(row.at).toISOString(),
    subject: row.subject,
    data: { ...facts, ...views },
  }
}

export const frameOf = (message: FeedEvent): string =>
  `id: ${message.seq}\ndata: ${JSON.stringify(message)}\n\n`

const encodeWhisper = (message: Omit<FeedEvent, 'seq'>): Uint8Array =>
  utf8.encode(`data: ${JSON.stringify({ seq: 0, ...message })}\n\n`)

/** What the reader gets for a row: what its own tokens bring, else that there is news of an earlier request. */
export const messageTo = (
  row: EventRow,
  reader: Pick<Reader, 'kind' | 'tokens' | 'kin'>,
): FeedEvent | null => {
  const tokens = tokensOf(row)
  if (tokens.some((token) => reader.tokens.has(token))) return messageFor(row, reader.kind)
  return tokens.some((token) => reader.kin?.has(token)) ? newsOf(row) : null
}

const newsOf = (row: EventRow): FeedEvent | null =>
  row.visitorData
    ? {
        seq: row.seq,
        type: 'request.news',
        at: new Date(row.at).toISOString(),
        subject: '',
        data: { requestNews: requestNewsOf(row.visitorData) },
      }
    : null

export const tokensOf = (row: Pick<EventRow, 'audience'>): string[] => row.audience.split(' ').filter(Boolean)

const enter = (index: Map<string, Set<Reader>>, tokens: Iterable<string>, reader: Reader): void => {
  for (const token of tokens) {
    const set = index.get(token) ?? new Set()
    set.add(reader)
    index.set(token, set)
  }
}
const leave = (index: Map<string, Set<Reader>>, tokens: Iterable<string>, reader: Reader): void => {
  for (const token of tokens) {
    const set = index.get(token)
    set?.delete(reader)
    if (set?.size === 0) index.delete(token)
  }
}

/**
 * Wakes readers when rows were written. The rows are the truth: a wake-up only says "look", with a poll behind
 * it. The first is followed at once; after something was handed out, the next wait until 50 ms have passed. Each event is encoded once per kind of reader and handed to those whose
 * tokens the audience names, found through an index from token to readers.
 */
export const createFeedHub = (deps: { db: Database; clock: Clock; logger: Logger; coalesceMs?: number }) => {
  const byToken = new Map<string, Set<Reader>>()
  const byKin = new Map<string, Set<Reader>>()
  const readers = new Set<Reader>()
  /** Streams open or being opened, by person. */
  const seats = new Map<string, number>()
  let seq = -1
  let isFlushing = false
  let isWanted = false
  let timer: NodeJS.Timeout | null = null
  let nextFlush = 0
  let poll: NodeJS.Timeout | null = null

  /** A row, encoded once for those who get the same of it. */
  const encoder = (row: EventRow) => {
    const frames = new Map<string, string | null>()
    return (key: ReaderKind | 'kin'): string | null => {
      const known = frames.get(key)
      if (known !== undefined) return known
      const message = key === 'kin' ? newsOf(row) : messageFor(row, key)
      const frame = message ? frameOf(message) : null
      frames.set(key, frame)
      return frame
    }
  }

  const deliver = (rows: EventRow[]) => {
    const batches = new Map<Reader, string[]>()
    for (const row of rows) {
      const encode = encoder(row)
      const seen = new Set<Reader>()
      const give = (reader: Reader, key: ReaderKind | 'kin') => {
        if (seen.has(reader) || row.seq <= reader.after) return
        seen.add(reader)
        const frame = encode(key)
        if (!frame) return
        const batch = batches.get(reader)
        if (batch) batch.push(frame)
        else batches.set(reader, [frame])
      }
      const tokens = tokensOf(row)
      for (const token of tokens) for (const reader of byToken.get(token) ?? []) give(reader, reader.kind)
      for (const token of tokens) for (const reader of byKin.get(token) ?? []) give(reader, 'kin')
    }
    // Readers of the same events share one encoded buffer.
    const encoded = new Map<string, Uint8Array>()
    for (const [reader, batch] of batches) {
      const text = batch.join('')
      let bytes = encoded.get(text)
      if (!bytes) {
        bytes = utf8.encode(text)
        encoded.set(text, bytes)
      }
      hand(reader, bytes)
    }
  }

  /** One broken reader must not cost the others their events. */
  const hand = (reader: Reader, bytes: Uint8Array): void => {
    try {
      if (!reader.push(bytes)) reader.close()
    } catch (error) {
      deps.logger.warn({ err: error, person: reader.personId }, 'a reader broke and is closed')
      reader.close()
    }
  }

  const flush = async () => {
    if (isFlushing) {
      isWanted = true
      return
    }
    isFlushing = true
    try {
      do {
        isWanted = false
        nextFlush = Date.now() + idleMs
        if (seq < 0) seq = Number(await deps.db.read(currentCursor))
        const rows = await deps.db.read((tx) => eventsAfter(tx, seq, 500))
        const last = rows.at(-1)
        if (last) {
          seq = last.seq
          nextFlush = Date.now() + (deps.coalesceMs ?? coalesceMs)
          deliver(rows)
          if (rows.length === 500) isWanted = true
        }
      } while (isWanted)
    } catch (error) {
      deps.logger.error({ err: error }, 'feed flush failed')
    } finally {
      isFlushing = false
    }
  }

  const wake = () => {
    if (timer) return
    const wait = Math.max(0, nextFlush - Date.now())
    timer = setTimeout(() => {
      timer = null
      void flush()
    }, wait)
  }
  const stopListening = deps.db.onCommit(wake)

  return {
    async start(): Promise<void> {
      seq = Number(await deps.db.read(currentCursor))
      poll = setInterval(wake, pollMs)
    },
    /** Position up to which events were handed out; a reader that joins starts after it. */
    position: () => seq,
    /**
     * Takes one of the person's `limit` seats, checked and taken in one go, so that a burst cannot pass the limit
     * while streams are being opened. Null where all are taken; else what gives it back, harmless when repeated.
     */
    takeSeat(personId: string, limit: number): (() => void) | null {
      const taken = seats.get(personId) ?? 0
      if (taken >= limit) return null
      seats.set(personId, taken + 1)
      let isGiven = false
      return () => {
        if (isGiven) return
        isGiven = true
        const left = (seats.get(personId) ?? 1) - 1
        if (left > 0) seats.set(personId, left)
        else seats.delete(personId)
      }
    },
    add(reader: Reader): void {
      readers.add(reader)
      enter(byToken, reader.tokens, reader)
      enter(byKin, reader.kin ?? [], reader)
    },
    remove(reader: Reader): void {
      readers.delete(reader)
      leave(byToken, reader.tokens, reader)
      leave(byKin, reader.kin ?? [], reader)
    },
    /** Sends something without a row (typing) to those who hold a token. */
    whisper(tokens: readonly string[], message: Omit<FeedEvent, 'seq'>): void {
      const bytes = encodeWhisper(message)
      const seen = new Set<Reader>()
      for (const token of tokens) for (const reader of byToken.get(token) ?? []) seen.add(reader)
      for (const reader of seen) hand(reader, bytes)
    },
    readersWith: (token: string): Reader[] => [...(byToken.get(token) ?? [])],
    /** Sends something without a row to one reader alone. */
    whisperTo: (reader: Reader, message: Omit<FeedEvent, 'seq' | 'at'>): void =>
      hand(reader, encodeWhisper({ ...message, at: new Date(deps.clock.now()).toISOString() })),
    /** Ends the streams of a person or of one session of theirs, for example when it was revoked. */
    disconnect(personId: string, sessionId?: string): void {
      for (const reader of [...readers])
        if (reader.personId === personId && (!sessionId || reader.sessionId === sessionId)) reader.close()
    },
    /** True while the person is connected from another browser than that of the session. */
    hasOtherSession: (personId: string, sessionId: string): boolean =>
      [...readers].some((reader) => reader.personId === personId && reader.sessionId !== sessionId),
    readersOf: (personId: string): number =>
      [...readers].filter((reader) => reader.personId === personId).length,
    size: () => readers.size,
    wake,
    stop(): void {
      stopListening()
      if (poll) clearInterval(poll)
      if (timer) clearTimeout(timer)
      for (const reader of [...readers]) reader.close()
    },
  }
}
export type FeedHub = ReturnType<typeof createFeedHub>
