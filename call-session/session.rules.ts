/** Why a call ended, as the page can explain it. */
export type EndReason = 'left' | 'removed' | 'call-over' | 'opened-elsewhere'

/** What a session is doing, as shown to the user. `attempt` counts from 1, `retryAt` is epoch milliseconds. */
export type CallState =
  | { name: 'idle' }
  | { name: 'connecting' }
  | { name: 'connected' }
  | { name: 'reconnecting' }
  | { name: 'rejoining'; attempt: number; retryAt: number | null }
  | { name: 'ended'; reason: EndReason }

export type CallStateName = CallState['name']

/**
 * - `connect`: our code asked to join
 * - `joined`: the room accepted us
 * - `join-failed`: one attempt to join failed and another will follow
 * - `link-lost`, `link-restored`: LiveKit repairs the connection by itself
 * - `dropped`: the connection is gone for LiveKit, so a fresh grant is needed
 * - `stopped`: the call is over for us, or our code left
 */
export type CallEvent =
  | 'connect'
  | 'joined'
  | 'join-failed'
  | 'link-lost'
  | 'link-restored'
  | 'dropped'
  | 'stopped'

export const callStateNames: readonly CallStateName[] = [
  'idle',
  'connecting',
  'connected',
  'reconnecting',
  'rejoining',
  'ended',
]

export const callEvents: readonly CallEvent[] = [
  'connect',
  'joined',
  'join-failed',
  'link-lost',
  'link-restored',
  'dropped',
  'stopped',
]

const transitions: Record<CallStateName, Partial<Record<CallEvent, CallStateName>>> = {
  idle: { connect: 'connecting', stopped: 'ended' },
  connecting: { joined: 'connected', 'join-failed': 'rejoining', stopped: 'ended' },
  connected: { 'link-lost': 'reconnecting', dropped: 'rejoining', stopped: 'ended' },
  reconnecting: { 'link-restored': 'connected', dropped: 'rejoining', stopped: 'ended' },
  rejoining: { joined: 'connected', 'join-failed': 'rejoining', stopped: 'ended' },
  ended: {},
}

/** The state after an event, or null where the event means nothing (late or double events are ignored). */
export function nextCallState(from: CallStateName, event: CallEvent): CallStateName | null {
  return transitions[from][event] ?? null
}

/** The names of LiveKit's disconnect reasons that end a call; CLIENT_INITIATED only if our code asked. */
const terminalReasons = new Map<string, EndReason>([
  ['PARTICIPANT_REMOVED', 'removed'],
  ['ROOM_DELETED', 'call-over'],
  ['ROOM_CLOSED', 'call-over'],
  ['DUPLICATE_IDENTITY', 'opened-elsewhere'],
])

/**
 * Decides between ending and rejoining. Everything that is not known to be final rejoins, `undefined`
 * included: LiveKit gives no reason at all when it has given up repairing a connection.
 *
 * @param reason name of LiveKit's DisconnectReason
 * @param askedByUs whether our own code called `leave()`
 */
export function endReasonFor(reason: string | undefined, askedByUs: boolean): EndReason | null {
  if (askedByUs) return 'left'
  return reason === undefined ? null : (terminalReasons.get(reason) ?? null)
}

/** A page that is frozen or put aside disconnects as CLIENT_INITIATED; rejoining then waits for the page. */
export function mustAwaitPage(reason: string | undefined, askedByUs: boolean): boolean {
  return reason === 'CLIENT_INITIATED' && !askedByUs
}

const rejoinDelaysMs = [300, 1000, 2000, 4000, 8000]

/**
 * How long to wait before attempt `attempt` (from 1): 0.3, 1, 2, 4, then 8 s for ever, lengthened by at most
 * a fifth so that everybody thrown out together does not come back in the same instant.
 *
 * @param random a number in [0, 1)
 */
export function rejoinDelayMs(attempt: number, random: number): number {
  const index = Math.min(Math.max(attempt, 1), rejoinDelaysMs.length) - 1
  return Math.round((rejoinDelaysMs[index] ?? 8000) * (1 + random * 0.2))
}
